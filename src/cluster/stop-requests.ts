import { Clock } from '../common/clock/clock';

/** npm passes on what the terminal has already sent to the whole group, so that one Ctrl-C comes twice. */
const ECHO_MS = 1000;

/** What each signal to stop asks for: the first for a graceful end, a later one for an end at once. */
export class StopRequests {
  private first: Date | undefined;

  constructor(private readonly clock: Clock) {}

  take(): 'gracefully' | 'at once' | 'not' {
    const now = this.clock.now();
    if (this.first === undefined) {
      this.first = now;
      return 'gracefully';
    }
    return now.getTime() - this.first.getTime() < ECHO_MS ? 'not' : 'at once';
  }
}
