import { casesOf } from './login-name';

/** How many prefixes to look up: enough for six letters in both cases, and any characters without case. */
const MAX_PREFIXES = 64;
/** In characters. A name of digits has one prefix, however long it is. */
const MAX_PREFIX_LENGTH = 64;
/** Characters that mean something else, or nothing, in an anchored expression. */
const NOT_PLAIN = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u;

/** What to look up in a case-sensitive index to find a name in any case. Bounded, however long the name. */
export interface NameSpellings {
  likely: string[];
  /** Its first characters, in all cases. Empty when `likely` has every spelling. */
  prefixes: string[];
}

/** @param name trimmed and not empty */
export function spellingsOf(name: string): NameSpellings {
  const likely = [name, name.toLowerCase(), name.toUpperCase()];
  const characters = Array.from(name);
  const cases = prefixOf(characters);
  const prefixes = cases.reduce(
    (all, forms) => all.flatMap((prefix) => forms.map((form) => prefix + form)),
    [''],
  );
  // A longer name in this many spellings would make the query many times its size.
  if (characters.length <= MAX_PREFIX_LENGTH) {
    const rest = characters.slice(cases.length).join('');
    const rests = [rest, rest.toLowerCase(), rest.toUpperCase()];
    likely.push(...prefixes.flatMap((prefix) => rests.map((end) => prefix + end)));
  }
  const isWhole = cases.length === characters.length || cases.length === 0;
  return { likely: [...new Set(likely)], prefixes: isWhole ? [] : prefixes };
}

/** The cases of as many first characters as keep the number of combinations bounded. */
function prefixOf(characters: readonly string[]): string[][] {
  const prefix: string[][] = [];
  let combinations = 1;
  for (const character of characters.slice(0, MAX_PREFIX_LENGTH)) {
    const cases = casesOf(character);
    combinations *= cases.length;
    if (combinations > MAX_PREFIXES || NOT_PLAIN.test(character)) break;
    prefix.push(cases);
  }
  return prefix;
}
