import { mongo } from 'mongoose';
import { TestClock } from '../../test/support/test-clock';
import { ForeignEndings } from '../workspace-data/sessions/foreign-endings';
import { RevocableLogin } from './revocation';
import { SessionEnding, sessionEndingId } from './session-ending.schema';
import { WorkspaceEndings } from './workspace-endings.service';

const OWNER = 'maria';
const STAMPED = Array.from({ length: 10 }, (_, i) => ({ token: `token-${i}`, owner: OWNER }));

/** Endings of logins whose documents cannot be read in time if they are more than so many at once. */
function sceneOf(
  most: number,
  code = 50,
): { report: () => Promise<void>; stored: SessionEnding[]; asked: number[] } {
  const stored: SessionEnding[] = [];
  const asked: number[] = [];
  const clock = new TestClock();
  const describe = (logins: readonly RevocableLogin[]): Promise<object[]> => {
    asked.push(logins.length);
    if (logins.length > most) {
      return Promise.reject(new mongo.MongoServerError({ message: 'too slow', code }));
    }
    return Promise.resolve(
      logins.map(({ owner, hashedToken }) => ({
        owner,
        hashedToken,
        endingId: sessionEndingId(owner, hashedToken),
        unowned: false,
        isSession: false,
        session: { sessionId: 's', userId: owner, loginToken: hashedToken, logoutAt: clock.now() },
      })),
    );
  };
  const insertNew = (endings: SessionEnding[]): Promise<string[]> => {
    stored.push(...endings);
    return Promise.resolve([]);
  };
  const foreign = new ForeignEndings();
  new WorkspaceEndings(
    foreign,
    {} as never,
    { findByIds: () => Promise.resolve([]), insertNew } as never,
    { describe } as never,
    { complete: () => Promise.resolve(0) } as never,
    clock,
    { days: 90 },
  ).onModuleInit();
  return { report: () => foreign.report({ stamped: STAMPED }), stored, asked };
}

describe('WorkspaceEndings', () => {
  it('reads fewer logins at once when many take too long, and records each once', async () => {
    const { report, stored, asked } = sceneOf(3);
    await report();
    const expected = STAMPED.map(({ token }) => sessionEndingId(OWNER, token));
    expect(stored.map(({ _id }) => _id)).toEqual(expected);
    expect(asked).toEqual([10, 5, 3, 2, 5, 3, 2]);
  });

  it('is told again of what cannot be read at all, or fails for another reason', async () => {
    await expect(sceneOf(0).report()).rejects.toThrow('too slow');
    const { report, asked } = sceneOf(3, 91);
    await expect(report()).rejects.toThrow('too slow');
    expect(asked).toEqual([10]);
  });
});
