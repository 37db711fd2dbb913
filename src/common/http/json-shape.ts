/** At least twice what any body of this API has. */
const MAX_DEPTH = 16;
const MAX_NAMES = 100;

const [QUOTE, BACKSLASH, COLON] = [0x22, 0x5c, 0x3a];
const OPENING = new Set([0x5b, 0x7b]);
const CLOSING = new Set([0x5d, 0x7d]);

/** Checks depth (contract §1) and names before parsing, so that an excessive object is never built. */
export function isModestJson(text: Buffer): boolean {
  let depth = 0;
  let names = 0;
  let isInString = false;
  for (let index = 0; index < text.length; index++) {
    const byte = text[index] ?? 0;
    if (isInString) {
      if (byte === BACKSLASH) index += 1;
      else if (byte === QUOTE) isInString = false;
    } else if (byte === QUOTE) isInString = true;
    else if (OPENING.has(byte)) depth += 1;
    else if (CLOSING.has(byte)) depth -= 1;
    else if (byte === COLON) names += 1;
    if (depth > MAX_DEPTH || names > MAX_NAMES) return false;
  }
  return true;
}
