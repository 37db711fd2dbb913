import { Clock } from '../../src/common/clock/clock';

/** A clock that stands still until a test moves it. It starts at the real time, which TTL indexes use. */
export class TestClock extends Clock {
  private time = Math.floor(performance.timeOrigin + performance.now());

  now(): Date {
    return new Date(this.time);
  }

  /** Moves to this exact time. */
  set(now: Date): void {
    this.time = now.getTime();
  }

  advance(by: { seconds: number }): void {
    this.time += by.seconds * 1000;
  }

  /** Moves to the beginning of the next TOTP time step, so that a test knows how long its code is valid. */
  startStep(): void {
    const step = 30_000;
    this.time = Math.ceil(this.time / step) * step;
  }
}
