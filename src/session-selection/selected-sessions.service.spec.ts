import { validateParameters } from '../common/validation/validate-parameters';
import { DatabaseConfig } from '../config/database.config';
import { LiveSessionSelector } from '../session-index/live-session.selector';
import { SessionProjector } from '../session-index/session.projector';
import { JOIN_OWNER } from '../workspace-data/sessions/live-sessions.pipeline';
import { LoginKeysRepository } from '../workspace-data/sessions/login-keys.repository';
import { LoginKey } from '../workspace-data/sessions/session-writes';
import { SessionsRepository } from '../workspace-data/sessions/sessions.repository';
import { UserNamesRepository } from '../workspace-data/users/user-names.repository';
import { Selection, SELECTION_LIMITS, SelectedSessions } from './selected-sessions.service';
import { SessionSelector } from './session-selector';

const MOMENT = new Date('2030-01-01T12:00:00Z');
const TIMEOUT_MS = 5000;
const keyOf = (token: string): LoginKey => ({ token, owner: 'maria' });
const KEYS = ['a', 'b', 'c'].map(keyOf);

interface Row {
  _id: LoginKey;
  ip?: unknown;
}
const rowOf = (token: string, more: Partial<Row> = {}): Row => ({ _id: keyOf(token), ...more });
async function* each<T>(items: Iterable<T>): AsyncGenerator<T> {
  for (const item of items) yield await Promise.resolve(item);
}

describe('SelectedSessions', () => {
  /** What each read of the workspace yields, one after the other. */
  let answers: Iterable<object>[];
  let isUsable: boolean;
  const stream = jest.fn<AsyncGenerator<object>, [object[], number]>();
  const findBegun = jest.fn<Promise<LoginKey[]>, [Date, string[], number]>();
  const findResumed = jest.fn<Promise<LoginKey[]>, [Date, number, number]>();
  const findLoginsOf = jest.fn<Promise<LoginKey[]>, [string[], number]>();
  const findIds = jest.fn<Promise<string[]>, [string[]]>();
  const project = jest.fn<Promise<void>, [LoginKey[]]>();
  const selected = new SelectedSessions(
    { stream } as unknown as SessionsRepository,
    { findBegun, findResumed, findLoginsOf } as unknown as LoginKeysRepository,
    { findIds } as unknown as UserNamesRepository,
    {
      get isUsable() {
        return isUsable;
      },
      stream,
      matching: (all: object) => Promise.resolve({ $match: all }),
    } as unknown as LiveSessionSelector,
    { project } as unknown as SessionProjector,
    { timeoutMs: TIMEOUT_MS } as DatabaseConfig,
  );
  const selectionOf = (more: Partial<Selection> = {}): Selection => ({
    bounds: { moment: MOMENT },
    conditions: [{ host: 'x' }],
    owners: undefined,
    text: undefined,
    logins: undefined,
    resumed: [],
    ...more,
  });
  const REPEATED = { bounds: { moment: MOMENT, isRepeated: true } };
  const hasOwners = ([stages]: [object[], ...unknown[]]): boolean =>
    JOIN_OWNER.every((stage) => stages.includes(stage));

  beforeEach(() => {
    for (const mock of [findBegun, findResumed, findLoginsOf, findIds, project]) mock.mockReset();
    stream.mockReset().mockImplementation(() => each(answers.shift() ?? []));
    findBegun.mockResolvedValue([]);
    isUsable = true;
    answers = [];
  });

  afterEach(() => {
    jest.restoreAllMocks();
  });

  describe('what a selector means', () => {
    const resolve = (selector: object, bounds = selectionOf().bounds): Promise<Selection> =>
      selected.resolve(validateParameters(SessionSelector, selector), bounds);

    it('is looked up where it names users or sessions, and nowhere else', async () => {
      findIds.mockResolvedValue(['maria']);
      findLoginsOf.mockResolvedValue(KEYS);
      expect(await resolve({ userIds: ['rod'] })).toEqual({
        bounds: { moment: MOMENT },
        conditions: [{ userId: { $in: ['rod'] } }],
        owners: ['rod'],
        text: undefined,
        logins: undefined,
        resumed: [],
      });
      expect([findIds, findLoginsOf, findResumed].map(({ mock }) => mock.calls.length)).toEqual([
        0, 0, 0,
      ]);
      expect(await resolve({ usernames: ['m'], sessionIds: ['s'], filter: 'text' })).toMatchObject({
        owners: ['maria'],
        text: 'text',
        logins: KEYS,
      });
      expect(findLoginsOf.mock.calls).toEqual([[['s'], TIMEOUT_MS]]);
      expect(await resolve({ usernames: ['m'], userIds: ['rod'] })).toMatchObject({
        owners: ['rod'],
        conditions: [{ userId: { $in: ['rod'] } }, { userId: { $in: ['maria'] } }],
      });
    });

    it('includes who came back since the dry run, and is refused if they are too many', async () => {
      findResumed.mockResolvedValueOnce(KEYS).mockResolvedValueOnce(undefined as never);
      expect(await resolve({ host: 'x' }, REPEATED.bounds)).toMatchObject({ resumed: KEYS });
      expect(findResumed.mock.calls).toEqual([[MOMENT, 5000, TIMEOUT_MS]]);
      await expect(resolve({ host: 'x' }, REPEATED.bounds)).rejects.toMatchObject({
        problem: { kind: 'confirmation-required' },
      });
    });

    it.each([
      ['those inside', ['192.0.2.1', '198.51.100.1', null], { $in: ['192.0.2.1'] }],
      ['those outside, if they are fewer', ['192.0.2.1', '192.0.2.2', 7], { $nin: [7] }],
      ['those inside, if there are as many', ['192.0.2.1', 7], { $in: ['192.0.2.1'] }],
      ['none', [], { $in: [] }],
    ])('names addresses of a block: %s', async (_what, stored, named) => {
      answers = [stored.map((_id) => ({ _id }))];
      const { conditions, isInBlock } = await resolve({ ip: '192.0.2.0/24', host: 'x' });
      expect(conditions).toEqual([{ host: 'x' }, { ip: { ...named, $not: { $type: 'array' } } }]);
      expect([isInBlock?.('192.0.2.9'), isInBlock?.('198.51.100.1')]).toEqual([true, false]);
    });

    it('names at most so many addresses', async () => {
      jest.replaceProperty(SELECTION_LIMITS, 'addresses', 2);
      const [inside, outside] = ['192.0.2.1', 7].map((_id) => ({ _id })) as [object, object];
      answers = [
        [inside, inside, inside, outside, outside],
        [outside, outside, outside, inside, inside],
        [inside, inside, inside, outside, outside, outside],
      ];
      const all = (): Promise<Selection> => resolve({ ip: '192.0.2.0/24' });
      await expect(all()).resolves.toBeDefined();
      await expect(all()).resolves.toBeDefined();
      await expect(all()).rejects.toMatchObject({
        problem: { name: 'tooManyAddresses' },
      });
    });
  });

  describe('what is confirmed', () => {
    it('is what the workspace shows, in the order given; the rest is mended in the index', async () => {
      answers = [[rowOf('c'), rowOf('other'), rowOf('a')]];
      expect(await selected.confirm(selectionOf(), KEYS)).toEqual([rowOf('a'), rowOf('c')]);
      expect(project.mock.calls).toEqual([[[keyOf('b')]]]);
      expect(findBegun).not.toHaveBeenCalled();
    });

    it('mends nothing while the index is not used, or nothing is wrong', async () => {
      answers = [[], KEYS.map(({ token }) => rowOf(token))];
      isUsable = false;
      await selected.confirm(selectionOf(), KEYS);
      isUsable = true;
      await selected.confirm(selectionOf(REPEATED), KEYS);
      expect([project.mock.calls, findBegun.mock.calls]).toEqual([[], []]);
    });

    it('includes those who have come back meanwhile, if that may be', async () => {
      answers = [[rowOf('a')], [rowOf('b')]];
      findBegun.mockResolvedValue([keyOf('b')]);
      expect(await selected.confirm(selectionOf(REPEATED), KEYS)).toEqual([rowOf('a'), rowOf('b')]);
      expect(findBegun.mock.calls).toEqual([[MOMENT, ['b', 'c'], TIMEOUT_MS]]);
      expect(project.mock.calls).toEqual([[[keyOf('c')]]]);
    });

    it('reads no second time when nobody has come back', async () => {
      answers = [[rowOf('a')]];
      expect(await selected.confirm(selectionOf(REPEATED), KEYS)).toEqual([rowOf('a')]);
      expect(stream).toHaveBeenCalledTimes(1);
    });

    it('is in the block of addresses, whatever the database found', async () => {
      answers = [[rowOf('a', { ip: 'inside' }), rowOf('b', { ip: 'outside' }), rowOf('c')]];
      const isInBlock = (address: string): boolean => address === 'inside';
      expect(await selected.confirm(selectionOf({ isInBlock }), KEYS)).toEqual([
        rowOf('a', { ip: 'inside' }),
      ]);
    });

    it.each<[string, Partial<Selection>, object, boolean]>([
      ['asked for', {}, { withOwners: true }, true],
      ['not asked for', {}, { withOwners: false }, false],
      ['not mentioned', {}, {}, false],
      // Joined already, ahead of the search.
      ['searched', { text: 'x' }, {}, true],
    ])('has owners when they are %s', async (_what, more, options, isJoined) => {
      answers = [KEYS.map(({ token }) => rowOf(token))];
      await selected.confirm(selectionOf(more), KEYS, options);
      expect(stream.mock.calls.map(hasOwners)).toEqual([isJoined]);
    });

    it('joins owners once', async () => {
      await selected.confirm(selectionOf({ text: 'x' }), KEYS, { withOwners: true });
      const [[stages] = [[]]] = stream.mock.calls;
      expect(stages.filter((stage) => (JOIN_OWNER as object[]).includes(stage))).toEqual(
        JOIN_OWNER,
      );
    });

    it('is nothing, unasked, of nothing', async () => {
      expect(await selected.confirm(selectionOf(REPEATED), [])).toEqual([]);
      expect(stream).not.toHaveBeenCalled();
    });
  });
});
