/** Room for eight characters with separators of several bytes each. */
const MAX_LENGTH = 256;

/** Unicode classes, so that none is missed; the single characters look alike but belong to no such class. */
const SEPARATORS =
  /[\p{White_Space}\p{Dash}\p{Default_Ignorable_Code_Point}\p{Cf}\u02d7\u2043\u2800]/gu;

const BYTES_ONLY = /^[\0-\xff]*$/;
const ASCII_ONLY = /^[\0-\x7f]*$/;
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Removes spaces and hyphens (contract §5), unless the text is too long for a code. Not for passwords. */
export function readTypedCode(text: string): string {
  return text.length > MAX_LENGTH ? text : asUnicode(text).replace(SEPARATORS, '');
}

/** Node decodes the bytes of a header as Latin-1; nearly all clients send UTF-8. */
export function asUnicode(text: string): string {
  if (ASCII_ONLY.test(text) || !BYTES_ONLY.test(text)) return text;
  try {
    return utf8.decode(Buffer.from(text, 'latin1'));
  } catch {
    return text;
  }
}
