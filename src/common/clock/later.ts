/** The time so many milliseconds after `time`; before it, where `ms` is negative. */
export function later(time: Date, ms: number): Date {
  return new Date(time.getTime() + ms);
}
