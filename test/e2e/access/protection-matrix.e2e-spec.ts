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
  demandedOf,
  isSteppedUpByHeader,
  ProtectedRoute,
  PROTECTED_ROUTES,
} from '../../support/protected-routes';
import { TestUser, UserOptions } from '../../support/workspace';

/** The wrong codes that are verified before the lockout. */
const CAP = 5;

/** A user who sends a request, and the id of one of their sessions. */
type Caller = [user: TestUser, sessionId: string];

/** How a request differs from one that is served. */
interface Deviation {
  headers?: Record<string, string>;
  parameters?: Record<string, unknown>;
  /** Replaces the right code, in the header or the body as the route demands. */
  code?: string;
}

describe.each(PROTECTED_ROUTES)('protection of $method /api/v1/$path', (route) => {
  const { permission, stepUp } = demandedOf(route);
  const { parameters: takes } = route.policy;
  const isInBody = typeof stepUp === 'object';
  /** The user's password stands in for a code. */
  const password = route.stepsUp?.password;
  let app: TestApp;
  let otherUser: TestUser;

  beforeAll(async () => {
    app = await TestApp.start(route.env);
    otherUser = await app.workspace.createUser();
  });
  afterAll(() => app.close());

  /** A user with a session, so that every route finds its target. */
  const create = async (options: UserOptions = {}): Promise<Caller> => {
    const user = await app.workspace.createUser({ ...route.serves, ...options });
    const { sessionId } = await app.workspace.createSession({
      userId: user.id,
      loginToken: hashLoginToken((await app.workspace.addLogin(user)).token),
    });
    return [user, String(sessionId)];
  };

  /** A user of whom the route demands a second factor. */
  const createStepUpCaller = (): Promise<Caller> => create(route.stepsUp);

  const rightCode = (user: TestUser): string => password ?? user.codeAt(app.clock.now());

  const ask = (
    [user, sessionId]: Caller,
    { headers = {}, parameters = {}, code = rightCode(user) }: Deviation = {},
  ): Promise<HttpAnswer> => {
    const changed: ProtectedRoute = {
      ...route,
      parameters: { ...route.parameters, ...parameters },
    };
    return callRoute(
      app,
      changed,
      { ID: sessionId, CODE: code, OTHER_USER: otherUser.id },
      {
        ...user.headers,
        ...(isSteppedUpByHeader(route) && { 'x-2fa-code': code }),
        ...headers,
      },
    );
  };

  /** The user document and the number of live sessions of the caller. */
  const stored = async ([user, sessionId]: Caller): Promise<unknown> => [
    await app.workspace.db.collection<{ _id: string }>('users').findOne({ _id: user.id }),
    await app.workspace.db
      .collection('rocketchat_sessions')
      .countDocuments({ sessionId, logoutAt: { $exists: false } }),
  ];

  it('answers 200 to a caller who meets the whole policy', async () => {
    expect((await ask(await create())).status).toBe(200);
    expect((await ask(await createStepUpCaller())).status).toBe(200);
  });

  describe('authentication', () => {
    it.each<[string, (user: TestUser) => Record<string, string>]>([
      ['no user id', () => ({ 'x-user-id': '' })],
      ['no token', () => ({ 'x-auth-token': '' })],
      ['a wrong token', () => ({ 'x-auth-token': 'wrong' })],
      ['the hash of the token', (user) => ({ 'x-auth-token': hashLoginToken(user.token) })],
      ["another user's id", () => ({ 'x-user-id': 'somebody' })],
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

    it('answers 401 before it checks anything else', async () => {
      const caller = await create({ roles: [] });
      const all = { headers: { 'x-auth-token': 'wrong' }, parameters: { no: '1' }, code: 'wrong!' };
      expect(await ask(caller, all)).toMatchObject(NOT_LOGGED_IN);
    });
  });

  if (permission === undefined) {
    it('answers 200 to a caller without a role', async () => {
      expect((await ask(await create({ roles: [] }))).status).toBe(200);
    });
  } else {
    describe('permission', () => {
      it('answers 403 to a caller without the permission', async () => {
        expect(await ask(await create({ roles: ['user'] }))).toMatchObject(NO_PERMISSION);
      });

      it('answers 403 before it checks parameters and codes', async () => {
        const caller = await create({ roles: ['user'] });
        const all = { parameters: { no: '1' }, code: 'wrong!' };
        expect(await ask(caller, all)).toMatchObject(NO_PERMISSION);
      });

      it('does not accept another permission in its place', async () => {
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
      const kind = { count: 'number', selector: 'object' }[name] ?? 'string';
      const wrongType = `must be ${kind}`;

      it('answers 400 to an unknown parameter', async () => {
        expect(await ask(await createStepUpCaller(), { parameters: { no: '1' } })).toMatchObject(
          invalidParameters('must NOT have additional properties'),
        );
      });

      it('answers 400 to a repeated parameter', async () => {
        expect(
          await ask(await createStepUpCaller(), { parameters: { [name]: ['1', '2'] } }),
        ).toMatchObject(invalidParameters(wrongType));
      });

      it('answers 400 to a bad parameter before it verifies a code', async () => {
        const caller = await createStepUpCaller();
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
    it('answers 200 without a code and with a wrong one', async () => {
      expect((await ask(await create(), { headers: { 'x-2fa-code': '' } })).status).toBe(200);
      expect((await ask(await create(), { headers: { 'x-2fa-code': 'wrong!' } })).status).toBe(200);
    });
    return;
  }

  describe(`step-up: ${isInBody ? `code in body, ${stepUp.codeInBody}` : stepUp}`, () => {
    const wrong = (user: TestUser): string[] => wrongCodes(CAP, user.secret, app.clock.now());

    if (!isInBody) {
      it('answers 400 without a code', async () => {
        const { status, text } = await ask(await createStepUpCaller(), { code: '' });
        const available = route.serves?.email2fa ? '["totp","email"]' : '["totp"]';
        const required = TOTP_REQUIRED.text.replace('["totp"]', password ? '[]' : available);
        expect({ status, text }).toEqual({ status: 400, text: inMethod(required, password) });
      });
    }

    if (isInBody) {
      it('answers 400 to a code that is missing, in the header only, or empty', async () => {
        const caller = await createStepUpCaller();
        const headers = { ...caller[0].headers, 'x-2fa-code': rightCode(caller[0]) };
        const { method, path } = route;
        const given = { ID: '', CODE: '', OTHER_USER: '' };
        expect(await callRoute(app, { method, path }, given, headers)).toMatchObject(
          invalidParameters("must have required property 'code'"),
        );
        expect(await ask(caller, { code: '' })).toMatchObject(TOTP_INVALID);
      });
    }

    it('answers 400 to a wrong code and changes nothing', async () => {
      const caller = await createStepUpCaller();
      const before = await stored(caller);
      const refusal = { ...TOTP_INVALID, text: inMethod(TOTP_INVALID.text, password) };
      expect(await ask(caller, { code: 'wrong!' })).toMatchObject(refusal);
      expect(await stored(caller)).toEqual(before);
    });

    it('answers 429 to a right code after too many wrong ones, and changes nothing', async () => {
      const caller = await createStepUpCaller();
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
      it('accepts one right code, after which the secret is no longer new', async () => {
        const caller = await createStepUpCaller();
        expect((await ask(caller)).status).toBe(200);
        const before = await stored(caller);
        expect((await ask(caller)).status).toBe(400);
        expect(await stored(caller)).toEqual(before);
      });
    } else if (password === undefined) {
      it('answers 400 to a code that another client has used', async () => {
        const caller = await createStepUpCaller();
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

/** The refusal of a TOTP code, or of the password that stands in for one. */
function inMethod(text: string, password: string | undefined): string {
  return password === undefined ? text : text.replace('"method":"totp"', '"method":"password"');
}
