/** A stretch of time in which events are counted. All processes have the same ones. */
export interface FixedWindow {
  readonly id: number;
  readonly endsAt: Date;
}

export function windowAt(now: Date, lengthMs: number): FixedWindow {
  const id = Math.floor(now.getTime() / lengthMs);
  return { id, endsAt: new Date((id + 1) * lengthMs) };
}
