/** Whether the tests may take long: `npm run test:nightly`. */
const isLong = process.env.EMBEDDED_MONGO_TRIALS === 'long';

/** As many trials as a failure may hide in, or so few that the tests can run at every change of anything. */
export function trials(long: number, quick: number): number {
  return isLong ? long : quick;
}

/** What random trials are made from: the same seed makes the same trials. */
export const SEED = Number(process.env.DIFFERENTIAL_SEED ?? 20_260_101);

/** The least number of trials on two engines; fewer where the embedded one is compared with itself only. */
export const DIFFERENTIAL_TRIALS = Number(
  process.env.DIFFERENTIAL_RUNS ?? trials(process.env.TEST_MONGODB_URI ? 20_000 : 5_000, 500),
);
