import { hashLoginToken } from '../../../src/auth/login-token';
import { TestApp } from '../../support/app';
import {
  DAY_SECONDS,
  invalidParameters,
  NO_PERMISSION,
  NOT_LOGGED_IN,
  TOTP_INVALID,
  TOTP_MAX_ATTEMPTS,
  TOTP_REQUIRED,
} from '../../support/expectations';
import { wrongCodes } from '../../support/guesses';
import { HttpAnswer } from '../../support/http';
import {
  callRoute,
  isSteppedUpByHeader,
  ProtectedRoute,
  PROTECTED_ROUTES,
} from '../../support/protected-routes';
import { TestUser, UserOptions } from '../../support/workspace';

/** So many wrong codes are judged; what comes behind them is not. */
const CAP = 5;

/** Somebody who asks, and the id of a session of theirs. */
type Asker = [user: TestUser, sessionId: string];

/** What a request shows otherwise than one that is served. */
interface Deviation {
  headers?: Record<string, string>;
  parameters?: Record<string, string | string[]>;
  /** A code in the place of the right one, in the header or the body as the route demands. */
  code?: string;
}

describe.each(PROTECTED_ROUTES)('the protection of $method /api/v1/$path', (route) => {
  const { permission, stepUp, parameters: takes } = route.policy;
  const isInBody = typeof stepUp === 'object';
  /** The user's password stands in for a code. */
  const password = route.stepsUp?.password;
  let app: TestApp;
  let somebody: TestUser;

  beforeAll(async () => {
    app = await TestApp.start(route.env);
    somebody = await app.workspace.createUser();
  });
  afterAll(() => app.close());

  /** Somebody with a session of their own, so that every route finds what it is asked for. */
  const create = async (options: UserOptions = {}): Promise<Asker> => {
    const user = await app.workspace.createUser({ ...route.serves, ...options });
    const { sessionId } = await app.workspace.createSession({
      userId: user.id,
      loginToken: hashLoginToken((await app.workspace.addLogin(user)).token),
    });
    return [user, String(sessionId)];
  };

  /** Somebody who is asked for a second factor. */
  const createAsked = (): Promise<Asker> => create(route.stepsUp);

  const rightCode = (user: TestUser): string => password ?? user.codeAt(app.clock.now());

  const ask = (
    [user, sessionId]: Asker,
    { headers = {}, parameters = {}, code = rightCode(user) }: Deviation = {},
  ): Promise<HttpAnswer> => {
    const asked: ProtectedRoute = {
      ...route,
      parameters: { ...route.parameters, ...parameters },
    };
    return callRoute(
      app,
      asked,
      { ID: sessionId, CODE: code, SOMEBODY: somebody.id },
      {
        ...user.headers,
        ...(isSteppedUpByHeader(route) && { 'x-2fa-code': code }),
        ...headers,
      },
    );
  };

  /** What the workspace holds of them, but for what the service itself notes of a token's use. */
  const stored = async ([user, sessionId]: Asker): Promise<unknown> => [
    await app.workspace.db.collection<{ _id: string }>('users').findOne({ _id: user.id }),
    await app.workspace.db
      .collection('rocketchat_sessions')
      .countDocuments({ sessionId, logoutAt: { $exists: false } }),
  ];

  it('serves whoever has all that it asks for', async () => {
    expect((await ask(await create())).status).toBe(200);
    expect((await ask(await createAsked())).status).toBe(200);
  });

  describe('authentication', () => {
    it.each<[string, (user: TestUser) => Record<string, string>]>([
      ['no user id', () => ({ 'x-user-id': '' })],
      ['no token', () => ({ 'x-auth-token': '' })],
      ['a wrong token', () => ({ 'x-auth-token': 'wrong' })],
      ['the hash of the token', (user) => ({ 'x-auth-token': hashLoginToken(user.token) })],
      ["somebody else's id", () => ({ 'x-user-id': 'somebody' })],
    ])('answers 401 to %s', async (_case, headers) => {
      const caller = await create();
      expect(await ask(caller, { headers: headers(caller[0]) })).toMatchObject(NOT_LOGGED_IN);
    });

    it('answers 401 to an expired token', async () => {
      const loggedInAt = new Date(app.clock.now().getTime() - 90 * DAY_SECONDS * 1000);
      expect(await ask(await create({ loggedInAt }))).toMatchObject(NOT_LOGGED_IN);
    });

    it('answers 401 to a deactivated user', async () => {
      expect(await ask(await create({ active: false }))).toMatchObject(NOT_LOGGED_IN);
    });

    it('answers 401 before anything else is looked at', async () => {
      const caller = await create({ roles: [] });
      const all = { headers: { 'x-auth-token': 'wrong' }, parameters: { no: '1' }, code: 'wrong!' };
      expect(await ask(caller, all)).toMatchObject(NOT_LOGGED_IN);
    });
  });

  if (permission === undefined) {
    it('serves a caller without a role', async () => {
      expect((await ask(await create({ roles: [] }))).status).toBe(200);
    });
  } else {
    describe('permission', () => {
      it('answers 403 to a caller without it', async () => {
        expect(await ask(await create({ roles: ['user'] }))).toMatchObject(NO_PERMISSION);
      });

      it('answers 403 before it looks at parameters and codes', async () => {
        const caller = await create({ roles: ['user'] });
        const all = { parameters: { no: '1' }, code: 'wrong!' };
        expect(await ask(caller, all)).toMatchObject(NO_PERMISSION);
      });

      it('asks for its own and no other', async () => {
        const other = permission.startsWith('view')
          ? 'logout-device-management'
          : 'view-device-management';
        await app.workspace.setPermission(other, ['admin', 'other-role']);
        app.clock.advance({ seconds: 10 });
        expect(await ask(await create({ roles: ['other-role'] }))).toMatchObject(NO_PERMISSION);
      });
    });
  }

  if (takes) {
    describe('parameters', () => {
      const name = Object.keys(route.parameters ?? {})[0] ?? 'count';
      const ofWrongKind = name === 'count' ? 'must be number' : 'must be string';

      it('answers 400 to one that it does not know', async () => {
        expect(await ask(await createAsked(), { parameters: { no: '1' } })).toMatchObject(
          invalidParameters('must NOT have additional properties'),
        );
      });

      it('answers 400 to one that is repeated', async () => {
        expect(
          await ask(await createAsked(), { parameters: { [name]: ['1', '2'] } }),
        ).toMatchObject(invalidParameters(ofWrongKind));
      });

      it('answers 400 before it looks at a code, and spends none', async () => {
        const caller = await createAsked();
        const before = await stored(caller);
        for (const code of [rightCode(caller[0]), 'wrong!']) {
          for (let n = 0; n <= CAP; n++) {
            const { text } = await ask(caller, { parameters: { no: '1' }, code });
            expect(text).toBe(invalidParameters('must NOT have additional properties').text);
          }
        }
        expect(await stored(caller)).toEqual(before);
        expect((await ask(caller)).status).toBe(200);
      });
    });
  }

  if (stepUp === undefined) {
    it('serves without a code, and whatever code is shown', async () => {
      expect((await ask(await create(), { headers: { 'x-2fa-code': '' } })).status).toBe(200);
      expect((await ask(await create(), { headers: { 'x-2fa-code': 'wrong!' } })).status).toBe(200);
    });
    return;
  }

  describe(`step-up: ${isInBody ? `code in body, ${stepUp.codeInBody}` : stepUp}`, () => {
    const wrong = (user: TestUser): string[] => wrongCodes(CAP, user.secret, app.clock.now());

    if (!isInBody) {
      it('answers 400 to no code', async () => {
        const { status, text } = await ask(await createAsked(), { code: '' });
        const available = route.serves?.email2fa ? '["totp","email"]' : '["totp"]';
        const required = TOTP_REQUIRED.text.replace('["totp"]', password ? '[]' : available);
        expect({ status, text }).toEqual({ status: 400, text: inMethod(required, password) });
      });
    }

    if (isInBody) {
      it('answers 400 to no code, one in the header only, and an empty one', async () => {
        const caller = await createAsked();
        const headers = { ...caller[0].headers, 'x-2fa-code': rightCode(caller[0]) };
        const { method, path } = route;
        const given = { ID: '', CODE: '', SOMEBODY: '' };
        expect(await callRoute(app, { method, path }, given, headers)).toMatchObject(
          invalidParameters("must have required property 'code'"),
        );
        expect(await ask(caller, { code: '' })).toMatchObject(TOTP_INVALID);
      });
    }

    it('answers 400 to a wrong code, and does nothing', async () => {
      const caller = await createAsked();
      const before = await stored(caller);
      const refusal = { ...TOTP_INVALID, text: inMethod(TOTP_INVALID.text, password) };
      expect(await ask(caller, { code: 'wrong!' })).toMatchObject(refusal);
      expect(await stored(caller)).toEqual(before);
    });

    it('answers 429 to a right code when too many were wrong, and does nothing', async () => {
      const caller = await createAsked();
      const before = await stored(caller);
      for (const code of wrong(caller[0])) {
        expect((await ask(caller, { code })).text).toContain('[totp-invalid]');
      }
      const locked = await ask(caller);
      expect(locked).toMatchObject({
        ...TOTP_MAX_ATTEMPTS,
        text: inMethod(TOTP_MAX_ATTEMPTS.text, password),
      });
      expect(locked.headers['retry-after']).toMatch(/^\d+$/);
      expect(await stored(caller)).toEqual(before);
    });

    if (isInBody && stepUp.codeInBody === 'new-totp-secret') {
      it('takes the first right code only: behind it the secret is new no more', async () => {
        const caller = await createAsked();
        expect((await ask(caller)).status).toBe(200);
        const before = await stored(caller);
        expect((await ask(caller)).status).toBe(400);
        expect(await stored(caller)).toEqual(before);
      });
    } else if (password === undefined) {
      it('answers 400 to a code that another client has used', async () => {
        const caller = await createAsked();
        const headers = {
          ...caller[0].headers,
          'x-2fa-code': rightCode(caller[0]),
          'user-agent': 'first',
        };
        expect((await app.call('/api/v1/sessions/list.all', { headers })).status).toBe(200);
        const before = await stored(caller);
        const refused = await ask(caller, { headers: { 'user-agent': 'second' } });
        expect(refused).toMatchObject(TOTP_INVALID);
        expect(await stored(caller)).toEqual(before);
      });
    }
  });
});

/** A refusal of a TOTP code, where the password stands in for one. */
function inMethod(text: string, password: string | undefined): string {
  return password === undefined ? text : text.replace('"method":"totp"', '"method":"password"');
}
