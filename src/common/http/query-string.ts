/** Twice what any route takes: among so many there is one that is repeated or unknown, and so a reason to refuse. */
const MAX_PAIRS = 32;

/** What a client has written as `a=b&c=d`. */
export interface ParsedPairs {
  parameters: Record<string, unknown>;
  /** There was more than is ever read. */
  isCutOff: boolean;
}

/**
 * Parses a query string so that hostile shapes stay visible to validation: a parameter that is given twice becomes an
 * array, and `name[key]=value`, which some frameworks turn into an object, becomes an object under `name`. What is
 * inside such an object never matters: no parameter of this API is one.
 *
 * Malformed percent-encoding and invalid UTF-8 become U+FFFD, as in the URL standard. The work is linear, and ends after
 * 32 pairs.
 */
export function parsePairs(text: string): ParsedPairs {
  const parameters = Object.create(null) as Record<string, unknown>;
  const end = endOfPairs(text);
  for (const [key, value] of new URLSearchParams(text.slice(0, end))) {
    const bracket = key.indexOf('[');
    const name = bracket > 0 ? key.slice(0, bracket) : key;
    add(parameters, name, bracket > 0 ? {} : value);
  }
  return { parameters, isCutOff: end < text.length };
}

/**
 * The parameters of a query string, as `parsePairs` reads them. What is cut off needs no word of its own: a route that
 * takes parameters refuses what has been read, and one that takes none reads nothing.
 */
export function parseQueryString(text: string): Record<string, unknown> {
  return parsePairs(text).parameters;
}

/** Where the last pair that is read ends. */
function endOfPairs(text: string): number {
  let end = -1;
  for (let pairs = 0; pairs < MAX_PAIRS; pairs++) {
    end = text.indexOf('&', end + 1);
    if (end === -1) return text.length;
  }
  return end;
}

function add(parameters: Record<string, unknown>, name: string, value: unknown): void {
  const given = parameters[name];
  if (Array.isArray(given)) given.push(value);
  else parameters[name] = name in parameters ? [given, value] : value;
}
