/** The longest text that is looked at for a code: one of eight characters with separators of several bytes each. */
const MAX_LENGTH = 256;

/**
 * Blanks of every width, none included, and whatever joins or parts as a hyphen does. As classes of Unicode, so that none
 * is forgotten; the characters by themselves are those that look so and are of no such class.
 */
const SEPARATORS =
  /[\p{White_Space}\p{Dash}\p{Default_Ignorable_Code_Point}\p{Cf}\u02d7\u2043\u2800]/gu;

const BYTES_ONLY = /^[\0-\xff]*$/;
const ASCII_ONLY = /^[\0-\x7f]*$/;
const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * A code as it was meant: people type it, and apps show it, with blanks and hyphens, which are no part of it (contract §5).
 * Not for a password, of which they are.
 * @returns the same text where it is too long to be a code
 */
export function readTypedCode(text: string): string {
  return text.length > MAX_LENGTH ? text : asUnicode(text).replace(SEPARATORS, '');
}

/** HTTP hands out the bytes of a header as a character each; nearly every client means UTF-8 by them. */
function asUnicode(text: string): string {
  if (ASCII_ONLY.test(text) || !BYTES_ONLY.test(text)) return text;
  try {
    return utf8.decode(Buffer.from(text, 'latin1'));
  } catch {
    return text;
  }
}
