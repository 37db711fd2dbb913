export type LoginName = { username: string } | { email: string };

export function loginNameOf(typed: string): LoginName {
  return typed.includes('@') ? { email: typed } : { username: typed };
}

/** No name is longer (RFC 5321 §4.5.3.1 allows an address 254 characters). */
const MAX_NAME_LENGTH = 1000;

/** Folds each character to at most one other, and never into ASCII: `K` (Kelvin) must not spell another user's `k`. */
export function foldCase(name: string): string {
  if (name.length > MAX_NAME_LENGTH) return name;
  return Array.from(name, foldCharacter).join('');
}

/** All characters that `foldCase` maps to the same one. */
export function casesOf(character: string): string[] {
  const folded = foldCharacter(character);
  const cases = [
    character,
    character.toLowerCase(),
    character.toUpperCase(),
    folded,
    folded.toUpperCase(),
  ];
  return [...new Set(cases)].filter((other) => foldCharacter(other) === folded);
}

function foldCharacter(character: string): string {
  if (isAscii(character)) return character.toLowerCase();
  const folded = character.toUpperCase().toLowerCase();
  return isOne(folded) && !isAscii(folded) ? folded : character;
}

function isAscii(text: string): boolean {
  return text.length === 1 && text < '\u0080';
}

function isOne(text: string): boolean {
  return Array.from(text).length === 1;
}
