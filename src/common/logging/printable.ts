/** What a terminal obeys, hides or reorders, what ends a line, and lone surrogates. */
const UNPRINTABLE = /(?! )[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}]/gu;

/** Most texts: looking through them so is several times as fast. */
const ASCII = /^[\x20-\x7e]*$/;

/** Makes untrusted text safe for a log or terminal: invisible characters become `\uXXXX`, so JSON keeps its meaning. */
export function escapeUnprintable(text: string): string {
  return ASCII.test(text) ? text : text.replace(UNPRINTABLE, escapeCharacter);
}

export function escapeUnprintableLines(text: string): string {
  return text.split('\n').map(escapeUnprintable).join('\n');
}

/** JSON escapes UTF-16 units, so a character beyond U+FFFF becomes two escapes. */
function escapeCharacter(character: string): string {
  return Array.from({ length: character.length }, (_, index) => {
    const unit = character.charCodeAt(index).toString(16).padStart(4, '0');
    return `\\u${unit}`;
  }).join('');
}
