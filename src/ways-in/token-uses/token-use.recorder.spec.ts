import { TestClock } from '../../../test/support/test-clock';
import { Caller } from '../../auth/caller';
import { TokenUses } from '../../auth/token-uses';
import { BackgroundTasks } from '../../common/background/background-tasks.service';
import { TokenUseRecorder } from './token-use.recorder';
import { TokenUsesRepository, UsedToken } from './token-uses.repository';

describe('TokenUseRecorder', () => {
  const note = jest.fn<Promise<void>, [readonly UsedToken[]]>();
  let uses: TokenUses;
  let background: BackgroundTasks;
  let clock: TestClock;
  let recorder: TokenUseRecorder;

  const use = (hashedToken: string, type?: string): void => {
    const caller = { token: { hashedToken, type } } as unknown as Caller;
    uses.report(caller, () => {
      throw new Error('Nobody asks where it came from.');
    });
  };
  const useProgram = (n: number): void => {
    use(`hash-${n}`, 'personalAccessToken');
  };

  beforeEach(() => {
    note.mockReset().mockResolvedValue(undefined);
    uses = new TokenUses();
    background = new BackgroundTasks();
    clock = new TestClock();
    const repository = { note } as unknown as TokenUsesRepository;
    recorder = new TokenUseRecorder(uses, repository, background, clock);
    recorder.onModuleInit();
  });

  it('notes no login', async () => {
    use('hash-of-a-login');
    await background.idle();
    expect(note).not.toHaveBeenCalled();
  });

  it('notes a token once in five minutes', async () => {
    for (const seconds of [0, 299.999, 0.001]) {
      clock.advance({ seconds });
      useProgram(1);
      await background.idle();
    }
    expect(note).toHaveBeenCalledTimes(2);
  });

  it('notes many tokens in few commands, and drops what would wait behind a thousand', async () => {
    for (let n = 0; n < 1500; n++) useProgram(n);
    await background.idle();
    const sizes = note.mock.calls.map(([noted]) => noted.length);
    expect(sizes.every((size) => size <= 100)).toBe(true);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(1001);
    // A dropped token is noted at its next use.
    useProgram(1499);
    await background.idle();
    expect(note).toHaveBeenLastCalledWith([{ hashedToken: 'hash-1499', at: clock.now() }]);
  });

  it('goes on after a failure', async () => {
    note.mockRejectedValueOnce(new Error('the database is away'));
    useProgram(1);
    await background.idle();
    useProgram(2);
    await background.idle();
    expect(note).toHaveBeenLastCalledWith([{ hashedToken: 'hash-2', at: clock.now() }]);
  });

  it('notes nothing when the service stops', async () => {
    recorder.onModuleDestroy();
    useProgram(1);
    await background.idle();
    expect(note).not.toHaveBeenCalled();
  });
});
