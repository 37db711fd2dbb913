import { TestClock } from '../../test/support/test-clock';
import { StopRequests } from './stop-requests';

describe('StopRequests', () => {
  it('ends at once on the second signal, but not on the echo of the first', () => {
    const clock = new TestClock();
    const stops = new StopRequests(clock);
    expect(stops.take()).toBe('gracefully');
    expect(stops.take()).toBe('not');
    clock.advance({ seconds: 0.999 });
    expect(stops.take()).toBe('not');
    clock.advance({ seconds: 0.001 });
    expect(stops.take()).toBe('at once');
  });
});
