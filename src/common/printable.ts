/** Quick: almost every text is plain ASCII. */
const UNUSUAL = /[^\x20-\x7e]/;
/**
 * What a terminal or a reader may take for something else: controls (C0, DEL, C1), format characters (direction marks,
 * zero width), line and paragraph separators, lone surrogates, private and unassigned characters.
 */
const NOT_PRINTABLE = /[\p{C}\p{Zl}\p{Zp}]+/gu;

/**
 * The text with each character that is not printable written as `\uXXXX`. Those are the escapes of JSON: JSON text that
 * went through here is still JSON of the same value.
 */
export function printable(text: string): string {
  return UNUSUAL.test(text) ? text.replace(NOT_PRINTABLE, escape) : text;
}

function escape(characters: string): string {
  let escaped = '';
  for (let index = 0; index < characters.length; index += 1) {
    escaped += `\\u${characters.charCodeAt(index).toString(16).padStart(4, '0')}`;
  }
  return escaped;
}
