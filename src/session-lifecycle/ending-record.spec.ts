import { bounded, recordOfEnding } from './ending-record';
import { SessionEnding } from './session-ending.schema';

const AT = new Date('2030-01-01T12:00:00.123Z');
const ENDING = {
  _id: 'ending-id',
  sessionId: 'session-id',
  userId: 'maria',
  endedAt: AT,
  endedBy: 'rosa',
  reason: 'admin',
  note: 'lost laptop',
  expiresAt: AT,
  pending: {
    since: AT,
    owner: 'maria',
    unowned: false,
    loginToken: 'hash',
    origin: {
      username: 'rosa.diaz',
      ip: '192.0.2.1',
      useragent: 'curl',
      requestId: 'request-id',
      route: 'POST /api/v1/sessions/logout',
    },
  },
};

const recordOf = (changes: object = {}): ReturnType<typeof recordOfEnding> =>
  recordOfEnding({ ...ENDING, ...changes } as SessionEnding);

describe('the audit record of an ending', () => {
  it('tells who ended which session from where, why, and with which request', () => {
    expect(recordOf()).toEqual([
      `ending-ending-id-${AT.getTime()}`,
      {
        t: 'session.ended',
        ts: AT,
        actor: {
          type: 'user',
          _id: 'rosa',
          username: 'rosa.diaz',
          ip: '192.0.2.1',
          useragent: 'curl',
        },
        data: {
          result: 'ok',
          reason: 'admin',
          route: 'POST /api/v1/sessions/logout',
          requestId: 'request-id',
          sessionId: 'session-id',
          userId: 'maria',
          note: 'lost laptop',
        },
      },
    ]);
  });

  it.each<[string, object]>([
    ['whose request is unknown', { pending: { since: AT, owner: null, unowned: false } }],
    ['that is no longer pending', { pending: undefined }],
  ])('says nothing of a request for one %s', (_what, change) => {
    const [, { actor, data }] = recordOf(change);
    expect(actor).toEqual({ type: 'user', _id: 'rosa' });
    expect(Object.keys(data)).toEqual(['result', 'reason', 'sessionId', 'userId', 'note']);
  });

  it('leaves out what is no text, whatever other programs have stored', () => {
    const [, { actor, data }] = recordOf({
      sessionId: ['session-id'],
      userId: 7,
      endedBy: null,
      note: '',
      pending: undefined,
    });
    expect({ actor, data }).toEqual({
      actor: { type: 'user' },
      data: { result: 'ok', reason: 'admin' },
    });
  });

  it.each([['no date'], [undefined], [new Date(NaN)], [{ getTime: (): number => 1 }]])(
    'is of 1970 when the ending was stored with the time %p',
    (endedAt) => {
      const [id, { ts }] = recordOf({ endedAt });
      expect([id, ts]).toEqual(['ending-ending-id-0', new Date(0)]);
    },
  );

  it('keeps 200 units of each text of a request', () => {
    const origin = { username: 'x'.repeat(201), ip: '192.0.2.1', useragent: 'y'.repeat(9000) };
    expect(bounded(origin)).toEqual({
      username: 'x'.repeat(200),
      ip: '192.0.2.1',
      useragent: 'y'.repeat(200),
    });
  });
});
