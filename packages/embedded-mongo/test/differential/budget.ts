/** What the trials of a run are made from: the same seed makes the same trials. */
export const SEED = Number(process.env.DIFFERENTIAL_SEED ?? 20_260_101);

/** The least number of trials of a run; fewer where the embedded engine is compared with itself only. */
export function leastTrials(isReal: boolean): number {
  return Number(process.env.DIFFERENTIAL_RUNS ?? (isReal ? 20_000 : 5_000));
}
