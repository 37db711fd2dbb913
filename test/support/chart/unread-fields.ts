/**
 * The fields of an object that its validator never looks at. The schemas of Kubernetes refuse no unknown field, so this is
 * how a misspelt one is found: what a schema knows, its validator reads.
 * @param validate throws if the object breaks its schema
 * @returns each as a path, such as `/spec/replica`
 */
export function unreadFields(object: unknown, validate: (object: unknown) => void): string[] {
  const seen = new Map<string, Set<string>>();

  function watched(value: unknown, path: string): unknown {
    if (typeof value !== 'object' || value === null) return value;
    const read = seen.get(path) ?? new Set<string>();
    seen.set(path, read);
    return new Proxy(value, {
      get(target, key) {
        if (typeof key === 'string') read.add(key);
        return watched(Reflect.get(target, key), `${path}/${String(key)}`);
      },
      ownKeys(target) {
        // To go through all keys is to take any: a map.
        Object.keys(target).forEach((key) => read.add(key));
        return Reflect.ownKeys(target);
      },
    });
  }

  function unread(value: unknown, path: string): string[] {
    const read = seen.get(path);
    // A schema without fields of its own takes any object.
    if (typeof value !== 'object' || value === null || !read) return [];
    return Object.entries(value).flatMap(([key, item]) =>
      read.has(key) ? unread(item, `${path}/${key}`) : [`${path}/${key}`],
    );
  }

  validate(watched(object, ''));
  return unread(object, '');
}
