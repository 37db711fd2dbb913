/** No body of this API is nested half as deep, or has half as many names in it. */
const MAX_DEPTH = 16;
const MAX_NAMES = 100;

const [QUOTE, BACKSLASH, COLON] = [0x22, 0x5c, 0x3a];
const OPENING = new Set([0x5b, 0x7b]);
const CLOSING = new Set([0x5d, 0x7d]);

/**
 * Whether a text, if it is JSON, is of a shape that this API takes: neither too deep (contract §1) nor an object of
 * countless names. Asked before the text is parsed, so that nothing of the kind is ever built. One pass over the bytes.
 */
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
