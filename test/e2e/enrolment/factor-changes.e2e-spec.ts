import { TotpEnrolmentService } from '../../../src/enrolment/totp/totp-enrolment.service';
import { hashLoginToken } from '../../../src/auth/login-token';
import { EmailFactorRepository } from '../../../src/workspace-data/users/email-factor.repository';
import { TotpRepository } from '../../../src/workspace-data/users/totp.repository';
import { UsersRepository } from '../../../src/workspace-data/users/users.repository';
import { TestApp } from '../../support/app';
import { NOT_LOGGED_IN } from '../../support/expectations';
import { HttpAnswer } from '../../support/http';
import { TestUser, UserOptions } from '../../support/workspace';

const LOGIN_TOKENS = 'services.resume.loginTokens';

interface StoredUser {
  _id: string;
  active?: boolean;
  services: { resume: { loginTokens: { hashedToken: string }[] } };
}

/** One change of a factor: who may make it, how, and the method that makes it. */
interface Change {
  path: string;
  options: UserOptions;
  room: typeof TotpRepository | typeof EmailFactorRepository | typeof UsersRepository;
  method: string;
  takesCode?: true;
  remembers?: true;
}

const CHANGES: Change[] = [
  {
    path: 'users.enableTotp',
    options: { totp: false },
    room: TotpRepository,
    method: 'begin',
  },
  {
    path: 'users.validateTotp',
    options: { enrolling: true },
    room: TotpRepository,
    method: 'enable',
    takesCode: true,
  },
  {
    path: 'users.disableTotp',
    options: {},
    room: TotpRepository,
    method: 'disable',
    takesCode: true,
  },
  {
    path: 'users.regenerateTotpCodes',
    options: {},
    room: TotpRepository,
    method: 'replaceBackupCodes',
    takesCode: true,
  },
  {
    path: 'users.2fa.enableEmail',
    options: {},
    room: EmailFactorRepository,
    method: 'enable',
  },
  {
    path: 'users.2fa.disableEmail',
    options: { email2fa: true },
    room: EmailFactorRepository,
    method: 'disable',
  },
  {
    path: 'sessions/list.all',
    options: {},
    room: UsersRepository,
    method: 'rememberSecondFactor',
    remembers: true,
  },
];

/** Personal access tokens are changed under the same rule: see `access-tokens.e2e-spec.ts`. */
describe('a change of a factor', () => {
  let app: TestApp;
  let user: TestUser;

  beforeAll(async () => {
    app = await TestApp.start({
      SMTP_URL: 'smtp://127.0.0.1:9',
      TWO_FACTOR_REMEMBER_SECONDS: '1800',
    });
  });
  beforeEach(() => {
    app.clock.startStep();
  });
  afterAll(() => app.close());

  const users = () => app.workspace.db.collection<StoredUser>('users');
  const make = ({ path, takesCode, remembers }: Change, by = user): Promise<HttpAnswer> => {
    const code = user.codeAt(app.clock.now());
    return app.call(`/api/v1/${path}`, {
      method: remembers ? 'GET' : 'POST',
      headers: {
        ...by.headers,
        'x-2fa-code': code,
        ...(takesCode && { 'content-type': 'application/json' }),
      },
      ...(takesCode && { body: JSON.stringify({ code }) }),
    });
  };
  /** Does something between the checks and the statement that makes the change. */
  const meanwhile = (
    { room, method }: Change,
    action: () => Promise<unknown>,
  ): jest.SpyInstance => {
    const service = app.app.get<Record<string, unknown>>(room, { strict: false });
    const original = (service[method] as (...args: unknown[]) => unknown).bind(service);
    return jest.spyOn(service, method as never).mockImplementationOnce((async (
      ...args: unknown[]
    ) => {
      await action();
      return original(...args);
    }) as never);
  };
  const own = (): string => hashLoginToken(user.token);

  const ENDS: [string, () => object][] = [
    [
      'the token that asks has ended',
      () => ({ $pull: { [LOGIN_TOKENS]: { hashedToken: own() } } }),
    ],
    ['all tokens have ended', () => ({ $set: { [LOGIN_TOKENS]: [] } })],
    ['the list of tokens has gone', () => ({ $unset: { 'services.resume': 1 } })],
    ['the user has been deactivated', () => ({ $set: { active: false } })],
  ];

  describe.each(CHANGES)('by $path', (change) => {
    it.each(ENDS)('is not made, and answered 401, when meanwhile %s', async (_case, end) => {
      user = await app.workspace.createUser(change.options);
      // Another login of theirs must not stand in for the one that asks.
      await app.workspace.addLogin(user);
      const left: unknown[] = [];
      const spy = meanwhile(change, async () => {
        await users().updateOne({ _id: user.id }, end());
        left.push(await users().findOne({ _id: user.id }));
      });
      expect(await make(change)).toMatchObject(NOT_LOGGED_IN);
      spy.mockRestore();
      expect(left).toHaveLength(1);
      expect(await users().findOne({ _id: user.id })).toEqual(left[0]);
    });

    it('is made when another login of theirs has ended meanwhile', async () => {
      user = await app.workspace.createUser(change.options);
      const other = await app.workspace.addLogin(user);
      const spy = meanwhile(change, () =>
        users().updateOne(
          { _id: user.id },
          {
            $pull: { [LOGIN_TOKENS]: { hashedToken: hashLoginToken(other.token) } },
          },
        ),
      );
      expect(await make(change)).toMatchObject({ status: 200 });
      spy.mockRestore();
    });
  });

  it('of two logins that make it at once is made by one, and the other has ended by it', async () => {
    for (const change of CHANGES.filter(({ method }) => method === 'disable')) {
      user = await app.workspace.createUser({ ...change.options, backupCodes: ['aB3dE5gH'] });
      const other = await app.workspace.addLogin(user);
      const spy = meanwhile(change, async () => {
        // The other one comes in between, with a proof of its own.
        const answer = await app.call(`/api/v1/${change.path}`, {
          method: 'POST',
          headers: {
            ...other.headers,
            'x-2fa-code': 'aB3dE5gH',
            ...(change.takesCode && { 'content-type': 'application/json' }),
          },
          ...(change.takesCode && { body: '{"code":"aB3dE5gH"}' }),
        });
        expect(answer.status).toBe(200);
      });
      expect(await make(change)).toMatchObject(NOT_LOGGED_IN);
      spy.mockRestore();
    }
  });

  it('by an administrator of their own TOTP demands it as well', async () => {
    user = await app.workspace.createUser();
    const spy = meanwhile({ path: '', options: {}, room: TotpRepository, method: 'reset' }, () =>
      users().updateOne({ _id: user.id }, { $set: { [LOGIN_TOKENS]: [] } }),
    );
    const answer = await app.call('/api/v1/users.resetTOTP', {
      method: 'POST',
      headers: {
        ...user.headers,
        'x-2fa-code': user.codeAt(app.clock.now()),
        'content-type': 'application/json',
      },
      body: JSON.stringify({ userId: user.id }),
    });
    spy.mockRestore();
    expect(answer).toMatchObject(NOT_LOGGED_IN);
    const stored = (await users().findOne({ _id: user.id }))?.services as { totp?: object };
    expect(stored.totp).toMatchObject({ enabled: true });
  });

  it('is told from one that another request of the same login has made', async () => {
    user = await app.workspace.createUser({ totp: false });
    const enrolment = app.app.get(TotpEnrolmentService, { strict: false });
    expect(enrolment).toBeDefined();
    const [begin] = CHANGES;
    if (!begin) return;
    const spy = meanwhile(begin, () =>
      users().updateOne(
        { _id: user.id },
        {
          $set: { 'services.totp': { enabled: true, secret: user.secret } },
        },
      ),
    );
    const answer = await make(begin);
    spy.mockRestore();
    expect(answer).toMatchObject({
      status: 400,
      text: expect.stringContaining('error-2fa-already-enabled') as string,
    });
  });
});
