import { casesOf } from './login-name';

/** How many prefixes to look up: enough for six letters in both cases, and any characters without case. */
const MOST_BEGINNINGS = 64;
/** In characters. A name of digits has one prefix, however long it is. */
const LONGEST_BEGINNING = 64;
/** Characters that mean something else, or nothing, in an anchored expression. */
const NOT_PLAIN = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u;

/** What to look up in a case-sensitive index to find a name in any case. Bounded, however long the name. */
export interface NameSpellings {
  /** The whole name, in its likely spellings. */
  likely: string[];
  /** Its first characters, in all cases. Empty when `likely` has every spelling. */
  beginnings: string[];
}

/** @param name trimmed and not empty */
export function spellingsOf(name: string): NameSpellings {
  const likely = [name, name.toLowerCase(), name.toUpperCase()];
  const characters = Array.from(name);
  const cases = beginningOf(characters);
  const beginnings = cases.reduce(
    (all, forms) => all.flatMap((beginning) => forms.map((form) => beginning + form)),
    [''],
  );
  // A longer name in this many spellings would make the query many times its size.
  if (characters.length <= LONGEST_BEGINNING) {
    const rest = characters.slice(cases.length).join('');
    const rests = [rest, rest.toLowerCase(), rest.toUpperCase()];
    likely.push(...beginnings.flatMap((beginning) => rests.map((end) => beginning + end)));
  }
  const isWhole = cases.length === characters.length || cases.length === 0;
  return { likely: [...new Set(likely)], beginnings: isWhole ? [] : beginnings };
}

/** The cases of as many first characters as keep the number of combinations bounded. */
function beginningOf(characters: readonly string[]): string[][] {
  const beginning: string[][] = [];
  let combinations = 1;
  for (const character of characters.slice(0, LONGEST_BEGINNING)) {
    const cases = casesOf(character);
    combinations *= cases.length;
    if (combinations > MOST_BEGINNINGS || NOT_PLAIN.test(character)) break;
    beginning.push(cases);
  }
  return beginning;
}
