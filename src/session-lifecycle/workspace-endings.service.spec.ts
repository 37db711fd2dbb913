import { mongo } from 'mongoose';
import { TestClock } from '../../test/support/test-clock';
import { ForeignEndings } from '../workspace-data/sessions/foreign-endings';
import { LoginKey } from '../workspace-data/sessions/session-writes';
import { RevocableLogin } from './revocation';
import { SessionEnding, sessionEndingId } from './session-ending.schema';
import { SESSIONS_REVOKED } from './sessions-revoked';
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

/** What the workspace shows of logins that another program may have ended. */
interface Shown {
  /** The session document of each token; none where it is missing. */
  sessions?: Record<string, object>;
  /** Tokens that somebody holds. */
  held?: string[];
  /** Tokens whose login has its ending. */
  known?: string[];
  /** Tokens whose ending a parallel insert stores first. */
  lost?: string[];
}

const NOW = new Date('2030-01-01T12:00:00Z');
const ago = (seconds: number): Date => new Date(NOW.getTime() - seconds * 1000);
const DAY = 24 * 60 * 60;
const keyOf = (token: string): LoginKey => ({ token, owner: OWNER });

let unlisten = (): void => undefined;

class WorkspaceScene {
  readonly foreign = new ForeignEndings();
  readonly inserted: SessionEnding[] = [];
  readonly completed: SessionEnding[] = [];
  readonly reported: unknown[] = [];
  readonly asked: string[][] = [];

  constructor({ sessions = {}, held = [], known = [], lost = [] }: Shown) {
    const clock = new TestClock();
    clock.set(NOW);
    const isOneOf = (tokens: string[], id: string): boolean =>
      tokens.some((token) => sessionEndingId(OWNER, token) === id);
    new WorkspaceEndings(
      this.foreign,
      {
        findHolders: (tokens: string[]) =>
          Promise.resolve(
            new Map(tokens.filter((token) => held.includes(token)).map((token) => [token, OWNER])),
          ),
      } as never,
      {
        findByIds: (ids: string[]) =>
          Promise.resolve(ids.filter((_id) => isOneOf(known, _id)).map((_id) => ({ _id }))),
        insertNew: (endings: SessionEnding[]) => {
          this.inserted.push(...endings);
          return Promise.resolve(endings.map(({ _id }) => _id).filter((id) => isOneOf(lost, id)));
        },
      } as never,
      {
        describe: (logins: RevocableLogin[]) => {
          this.asked.push(logins.map(({ hashedToken }) => hashedToken));
          return Promise.resolve(
            logins.map(({ owner, hashedToken }) => {
              const session = sessions[hashedToken];
              return {
                owner,
                hashedToken,
                endingId: sessionEndingId(owner, hashedToken),
                unowned: false,
                isSession: true,
                ...(session && {
                  session: { sessionId: `of ${hashedToken}`, loginToken: hashedToken, ...session },
                }),
              };
            }),
          );
        },
      } as never,
      {
        complete: (endings: SessionEnding[]) => Promise.resolve(this.completed.push(...endings)),
      } as never,
      clock,
      { days: 90 },
    ).onModuleInit();
    unlisten();
    unlisten = SESSIONS_REVOKED.listen((revoked) => this.reported.push(revoked));
  }

  stamped(...logins: LoginKey[]): Promise<void> {
    return this.foreign.report({ stamped: logins });
  }

  tokensChanged(at: Date, ...logins: LoginKey[]): Promise<void> {
    return this.foreign.report({ tokensChanged: logins, at });
  }
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

  afterEach(() => {
    unlisten();
  });

  it('reads 250 logins at once, as a rule', async () => {
    const scene = new WorkspaceScene({});
    const many = Array.from({ length: 501 }, (_, i) => keyOf(`token-${i}`));
    await scene.stamped(...many);
    expect(scene.asked.map(({ length }) => length)).toEqual([250, 250, 1]);
  });

  it('asks nothing about documents that name no owner', async () => {
    const scene = new WorkspaceScene({});
    await scene.stamped(...[undefined, null, '', 7].map((owner) => ({ token: 'a', owner })));
    expect(scene.asked).toEqual([]);
  });

  describe('of a stamped document', () => {
    it('stores and completes an ending by nobody, of which only the record is left to do', async () => {
      const scene = new WorkspaceScene({ sessions: { a: { logoutAt: ago(60) } } });
      await scene.stamped(keyOf('a'));
      expect(scene.inserted).toEqual([
        {
          _id: sessionEndingId(OWNER, 'a'),
          sessionId: 'of a',
          userId: OWNER,
          endedAt: ago(60),
          reason: 'workspace',
          expiresAt: expect.any(Date) as unknown,
          pending: { since: NOW, owner: OWNER, unowned: false },
        },
      ]);
      expect(scene.completed).toEqual(scene.inserted);
      expect(scene.reported).toEqual([{ reason: 'workspace', count: 1 }]);
    });

    it.each<[string, unknown, Date]>([
      ['now', NOW, NOW],
      ['a week ago', ago(7 * DAY), ago(7 * DAY)],
      ['longer ago', ago(7 * DAY + 1), NOW],
      ['yet to come', ago(-1), NOW],
      ['no date', 'yesterday', NOW],
    ])('believes a time that is %s: %p', async (_what, logoutAt, endedAt) => {
      const scene = new WorkspaceScene({ sessions: { a: { logoutAt } } });
      await scene.stamped(keyOf('a'));
      expect(scene.inserted).toMatchObject([{ endedAt }]);
    });

    it.each<[string, Shown]>([
      ['has its ending', { sessions: { a: { logoutAt: NOW } }, known: ['a'] }],
      ['has another document that is live', { sessions: { a: {} } }],
      ['has no document', {}],
    ])('stores none when the login %s', async (_what, shown) => {
      const scene = new WorkspaceScene(shown);
      await scene.stamped(keyOf('a'));
      expect([scene.inserted, scene.completed, scene.reported]).toEqual([[], [], []]);
    });

    it('completes and counts those alone whose ending it was first to store', async () => {
      const sessions = { a: { logoutAt: NOW }, b: { logoutAt: NOW } };
      const scene = new WorkspaceScene({ sessions, lost: ['a'] });
      await scene.stamped(keyOf('a'), keyOf('b'));
      expect(scene.completed).toMatchObject([{ sessionId: 'of b' }]);
      expect(scene.reported).toEqual([{ reason: 'workspace', count: 1 }]);
      const other = new WorkspaceScene({ sessions, lost: ['a', 'b'] });
      await other.stamped(keyOf('a'), keyOf('b'));
      expect([other.completed, other.reported]).toEqual([[], []]);
    });
  });

  describe('of tokens that are gone', () => {
    it('stores an ending at that time, and leaves it to the completion to stamp', async () => {
      const scene = new WorkspaceScene({ sessions: { a: {} } });
      await scene.tokensChanged(ago(60), keyOf('a'));
      expect(scene.inserted).toMatchObject([
        {
          sessionId: 'of a',
          endedAt: ago(60),
          reason: 'workspace',
          pending: { owner: OWNER, loginToken: 'a' },
        },
      ]);
      expect(scene.completed).toEqual(scene.inserted);
    });

    it.each<[string, Shown]>([
      ['whose token somebody holds', { sessions: { a: {} }, held: ['a'] }],
      ['whose document is stamped', { sessions: { a: { logoutAt: NOW } } }],
      ['without a document', {}],
      ['that has its ending', { sessions: { a: {} }, known: ['a'] }],
      ['that began 31 seconds later', { sessions: { a: { loginAt: ago(29) } } }],
    ])('stores none for a login %s', async (_what, shown) => {
      const scene = new WorkspaceScene(shown);
      await scene.tokensChanged(ago(60), keyOf('a'));
      expect([scene.inserted, scene.completed]).toEqual([[], []]);
    });

    it.each([
      ['at the same time', ago(60)],
      ['up to 30 seconds later: clocks differ', ago(30)],
      ['at a time that is no date', 'later'],
    ])('stores one for a login that began %s', async (_what, loginAt) => {
      const scene = new WorkspaceScene({ sessions: { a: { loginAt } } });
      await scene.tokensChanged(ago(60), keyOf('a'));
      expect(scene.inserted).toHaveLength(1);
    });

    it('asks about documents of tokens alone that nobody holds', async () => {
      const scene = new WorkspaceScene({ sessions: { a: {}, b: {} }, held: ['a'] });
      await scene.tokensChanged(ago(60), keyOf('a'), keyOf('b'));
      expect(scene.asked).toEqual([['b']]);
      expect(scene.inserted).toMatchObject([{ sessionId: 'of b' }]);
    });
  });
});
