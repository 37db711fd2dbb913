/**
 * How often a random test repeats: `all`, or `few` in `npm test`, which has to be quick (scripts/test-selection.mjs).
 */
export function rounds(all: number, few: number): number {
  return process.env.TEST_ROUNDS === 'few' ? few : all;
}
