/**
 * How often a random test repeats: `all`; `few` in `npm test`, which has to be quick (scripts/test-selection.mjs); `many`
 * in `npm run test:nightly`.
 */
export function rounds(all: number, few: number, many = all): number {
  if (process.env.TEST_ROUNDS === 'many') return many;
  return process.env.TEST_ROUNDS === 'few' ? few : all;
}
