const VARIABLES = new Map<object, Map<string, string>>();

/** The variable that sets a property; the property has its type and default. */
export function Variable(name: string): PropertyDecorator {
  return (prototype, property) => {
    const known = VARIABLES.get(prototype) ?? new Map<string, string>();
    VARIABLES.set(prototype, known.set(String(property), name));
  };
}

export function variablesOf(part: object): ReadonlyMap<string, string> {
  return VARIABLES.get(Object.getPrototypeOf(part) as object) ?? new Map<string, string>();
}
