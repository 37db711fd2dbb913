/** How somebody says who they are. */
export type LoginName = { username: string } | { email: string };

/** What people type into one field for both: an address has an `@` in it, a username has none. */
export function loginNameOf(typed: string): LoginName {
  return typed.includes('@') ? { email: typed } : { username: typed };
}

/** No longer name can be anybody's (RFC 5321 §4.5.3.1 allows an address 254 characters). */
const LONGEST_NAME = 1000;

/**
 * What names have in common that differ in case only. Each character is folded for itself, to one other character at
 * most, and never from outside of ASCII into it: `K` (Kelvin) or `ı` are no way to write somebody else's name.
 */
export function foldCase(name: string): string {
  if (name.length > LONGEST_NAME) return name;
  return Array.from(name, foldCharacter).join('');
}

/** All ways to write a character that `foldCase` takes for the same, as far as there is another case. */
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
