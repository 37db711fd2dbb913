const UNITS: [string, number][] = [
  ['hour', 60 * 60 * 1000],
  ['minute', 60 * 1000],
  ['second', 1000],
];

/**
 * A time for people to read, in the largest unit that divides it: `15 minutes`.
 * @param ms in milliseconds, whole seconds
 */
export function duration(ms: number): string {
  const [unit, unitMs] = UNITS.find(([, length]) => ms % length === 0) ?? ['second', 1000];
  const count = ms / unitMs;
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}
