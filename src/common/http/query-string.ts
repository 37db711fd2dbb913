/**
 * Parses a query string so that hostile shapes stay visible to validation: a parameter that is given twice becomes an
 * array, and `name[key]=value`, which some frameworks turn into an object, becomes an object under `name`. What is
 * inside such an object never matters: no parameter of this API is one.
 *
 * Malformed percent-encoding and invalid UTF-8 become U+FFFD, as in the URL standard.
 */
export function parseQueryString(text: string): Record<string, unknown> {
  const parameters = Object.create(null) as Record<string, unknown>;
  for (const [key, value] of new URLSearchParams(text)) {
    const bracket = key.indexOf('[');
    const name = bracket > 0 ? key.slice(0, bracket) : key;
    const given: unknown = bracket > 0 ? {} : value;
    parameters[name] = name in parameters ? [parameters[name], given].flat() : given;
  }
  return parameters;
}
