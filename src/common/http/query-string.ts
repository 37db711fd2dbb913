/** Twice what any route takes, so a longer query has a repeated or unknown parameter to refuse. */
const MAX_PAIRS = 32;

export interface ParsedPairs {
  parameters: Record<string, unknown>;
  isCutOff: boolean;
}

/**
 * Parses pairs so that validation sees hostile shapes: a repeated parameter becomes an array, `name[key]=value` an
 * object under `name`. Malformed percent-encoding and UTF-8 become U+FFFD (URL standard). Linear, and stops after 32
 * pairs.
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

/** Cut-off pairs need no check: the pairs that were read are refused already. */
export function parseQueryString(text: string): Record<string, unknown> {
  return parsePairs(text).parameters;
}

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
