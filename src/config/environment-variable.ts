const VARIABLES = new Map<object, Map<string, string>>();

/** Names the environment variable that sets a property of a configuration part. Its type and default are the property's. */
export function Variable(name: string): PropertyDecorator {
  return (prototype, property) => {
    const known = VARIABLES.get(prototype) ?? new Map<string, string>();
    VARIABLES.set(prototype, known.set(String(property), name));
  };
}

/** The variables of a configuration part, by property, in the order of its fields. */
export function variablesOf(part: object): ReadonlyMap<string, string> {
  return VARIABLES.get(Object.getPrototypeOf(part) as object) ?? new Map<string, string>();
}
