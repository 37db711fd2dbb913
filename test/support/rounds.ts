/**
 * How often a random test tries: `all`, or `few` in `npm test`, where somebody waits (scripts/test-selection.mjs).
 */
export function rounds(all: number, few: number): number {
  return process.env.TEST_ROUNDS === 'few' ? few : all;
}
