const SIZE = 3;
/**
 * Short pieces of an address, a dotted name or a first and last name are all frequent, so texts also have the pieces of
 * this size with punctuation in the middle. Whether a piece is kept depends on its own characters alone: a text that
 * contains another one has all of its pieces, of both sizes.
 */
const LONG_SIZE = 6;
const PUNCTUATED = /^.{2,3}[ -/:-@[-`{-~]/s;
/** A longer text is not cut into grams beyond this; its row carries `OVERFLOW`, which every search finds. */
const LONGEST = 512;

/** Marks a row whose grams are incomplete. */
export const OVERFLOW = 0;

/**
 * The distinct pieces of these texts, as 32-bit hashes. Texts that a case-insensitive pattern takes for equal have the
 * same pieces; a collision only costs a comparison, because what is found is compared again.
 */
export function gramsOf(texts: Iterable<string>): number[] {
  const grams = new Set<number>();
  for (const text of texts) {
    if (text.length > LONGEST) grams.add(OVERFLOW);
    for (const { short, long } of piecesOf(text)) {
      grams.add(short);
      if (long !== undefined) grams.add(long);
    }
  }
  return [...grams];
}

/**
 * The pieces of a text that lead to the fewest rows: the long ones, and those short ones that are in no long one. Each
 * row whose texts contain this one has every one of them, or `OVERFLOW`.
 */
export function telling(text: string): number[] {
  const grams = new Set<number>();
  let covered = 0;
  piecesOf(text).forEach(({ short, long }, at) => {
    if (long !== undefined) {
      grams.add(long);
      covered = at + LONG_SIZE;
    } else if (at + SIZE > covered) {
      grams.add(short);
    }
  });
  return [...grams];
}

interface Pieces {
  short: number;
  long: number | undefined;
}

/** The pieces that begin at each character. */
function piecesOf(text: string): Pieces[] {
  const folded = fold(text.slice(0, LONGEST));
  const starts = Math.max(0, folded.length - SIZE + 1);
  return Array.from({ length: starts }, (_, at) => {
    const long = folded.slice(at, at + LONG_SIZE);
    const isKept = long.length === LONG_SIZE && PUNCTUATED.test(long);
    return { short: hash(folded.slice(at, at + SIZE)), long: isKept ? hash(long) : undefined };
  });
}

/**
 * Folds each character by itself, coarser than any engine's pattern: the Kelvin sign is a `k`, a long s an `s`, and all
 * sigmas are one.
 */
function fold(text: string): string {
  let folded = '';
  for (const character of text) {
    folded += character.toLowerCase().toUpperCase().toLowerCase();
  }
  return folded;
}

function hash(text: string): number {
  let value = 0;
  for (let i = 0; i < text.length; i++) value = (Math.imul(value, 65_599) + text.charCodeAt(i)) | 0;
  return value === OVERFLOW ? 1 : value;
}
