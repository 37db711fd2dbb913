import { EventEmitter } from 'node:events';
import { settled } from '../../test/support/fake-worker';
import { runWorker, WorkerSide } from './worker';
import { ALIVE_QUESTION, FAREWELL, RETIRE } from './worker-message';

/** A process with a channel to a primary that a test plays. */
class FakeSide extends EventEmitter {
  readonly said: unknown[] = [];
  readonly exit = jest.fn();
  /** Lets the last message arrive. */
  arrive: () => void = () => undefined;

  send(message: unknown, _handle: undefined, _options: undefined, told: () => void): boolean {
    this.said.push(message);
    this.arrive = told;
    return true;
  }
}

describe('runWorker', () => {
  const close = jest.fn<Promise<void>, []>();
  let side: FakeSide;

  beforeEach(async () => {
    close.mockReset().mockResolvedValue();
    side = new FakeSide();
    const start = (): Promise<{ url: string; close: () => Promise<void> }> =>
      Promise.resolve({ url: 'http://127.0.0.1:1', close });
    await runWorker(start, side as unknown as WorkerSide);
  });

  it('retires only after the farewell of its primary, when its last word has arrived', async () => {
    side.emit('message', RETIRE);
    await settled();
    expect(close).toHaveBeenCalledTimes(1);
    expect(side.said).toEqual([
      { kind: 'listening', url: 'http://127.0.0.1:1' },
      { kind: 'closed' },
    ]);
    side.arrive();
    expect(side.exit).not.toHaveBeenCalled();

    side.emit('message', FAREWELL);
    expect(side.said.at(-1)).toEqual({ kind: 'gone' });
    expect(side.exit).not.toHaveBeenCalled();
    side.arrive();
    expect(side.exit).toHaveBeenCalledWith(0);
  });

  it('answers that it is alive, also while it closes', async () => {
    close.mockReturnValue(new Promise(() => undefined));
    side.emit('message', RETIRE);
    side.emit('message', { kind: 'question', id: 7, what: ALIVE_QUESTION });
    await settled();
    expect(side.said.at(-1)).toEqual({ kind: 'answer', id: 7, value: true });
  });

  it('leaves with 1 when it could not be closed', async () => {
    const error = jest.spyOn(console, 'error').mockReturnValue();
    close.mockRejectedValue(new Error('busy'));
    side.emit('message', RETIRE);
    await settled();
    side.emit('message', FAREWELL);
    side.arrive();
    expect(side.exit).toHaveBeenCalledWith(1);
    expect(error).toHaveBeenCalledTimes(1);
    error.mockRestore();
  });
});
