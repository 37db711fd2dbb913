/**
 * What a terminal obeys, hides or turns around, and what ends a line for some reader of logs: controls (C0, DEL and C1),
 * direction marks, zero-width characters and other invisible ones, byte order marks, line and paragraph separators, every
 * blank but the common one, lone surrogates, and what no font has (Unicode general categories C and Z,
 * Default_Ignorable_Code_Point).
 */
const UNPRINTABLE = /(?! )[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}]/gu;

/**
 * Text of somebody else's, safe to show in a log or on a terminal: what cannot be seen is written as `\uXXXX`, as in
 * JSON, so that JSON stays the same JSON.
 */
export function escapeUnprintable(text: string): string {
  return text.replace(UNPRINTABLE, escapeCharacter);
}

/** The same for a text of several lines that are our own: they stay lines. */
export function escapeUnprintableLines(text: string): string {
  return text.split('\n').map(escapeUnprintable).join('\n');
}

/** JSON escapes UTF-16 units, so a character beyond the first 65,536 becomes two of them. */
function escapeCharacter(character: string): string {
  return Array.from({ length: character.length }, (_, index) => {
    const unit = character.charCodeAt(index).toString(16).padStart(4, '0');
    return `\\u${unit}`;
  }).join('');
}
