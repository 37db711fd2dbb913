import { casesOf } from './login-name';

/** How many beginnings of a name are looked for: those of six letters in both cases, and whatever has no case. */
const MOST_BEGINNINGS = 64;
/** In characters. A name of digits has one beginning, however long it is. */
const LONGEST_BEGINNING = 64;
/** What no anchored expression is made of: it means something else there, or nothing. */
const NOT_PLAIN = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u;

/** What to look for in an index that knows case, to find a name in any. The size is bounded, however long the name. */
export interface NameSpellings {
  /** The whole name, as it is likely to be stored. */
  likely: string[];
  /** Its first characters, in all cases. Empty when `likely` holds all spellings there are. */
  beginnings: string[];
}

/** @param name without blanks around it, and not empty */
export function spellingsOf(name: string): NameSpellings {
  const likely = [name, name.toLowerCase(), name.toUpperCase()];
  const characters = Array.from(name);
  const cases = beginningOf(characters);
  const beginnings = cases.reduce(
    (all, forms) => all.flatMap((beginning) => forms.map((form) => beginning + form)),
    [''],
  );
  // A longer name in so many spellings would be a question of many times its size.
  if (characters.length <= LONGEST_BEGINNING) {
    const rest = characters.slice(cases.length).join('');
    const rests = [rest, rest.toLowerCase(), rest.toUpperCase()];
    likely.push(...beginnings.flatMap((beginning) => rests.map((end) => beginning + end)));
  }
  const isWhole = cases.length === characters.length || cases.length === 0;
  return { likely: [...new Set(likely)], beginnings: isWhole ? [] : beginnings };
}

/** The cases of the first characters, of as many as keep the number of combinations within bounds. */
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
