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

/** One change of a factor: the user who makes it, the route, and the method that writes it. */
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

/** The same rule holds for personal access tokens: see `access-tokens.e2e-spec.ts`. */
describe('changes of a second factor', () => {
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
  /** Runs an action between the checks and the statement that makes the change. */
  const meanwhile = (
    { room, method }: Change,
    action: () => Promise<unknown>,
  ): jest.SpyInstance => {
    const service = app.partOf<object>(room) as Record<string, unknown>;
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
      'the calling token has been revoked',
      () => ({ $pull: { [LOGIN_TOKENS]: { hashedToken: own() } } }),
    ],
    ['all tokens have been revoked', () => ({ $set: { [LOGIN_TOKENS]: [] } })],
    ['the list of tokens has been removed', () => ({ $unset: { 'services.resume': 1 } })],
    ['the user has been deactivated', () => ({ $set: { active: false } })],
  ];

  describe.each(CHANGES)('change by $path', (change) => {
    it.each(ENDS)('answers 401 and changes nothing when meanwhile %s', async (_case, end) => {
      user = await app.workspace.createUser(change.options);
      // Another login of the user must not stand in for the calling one.
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

    it('makes the change when another login of the user has been revoked meanwhile', async () => {
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

  it('makes the change for one of two parallel logins and revokes the other', async () => {
    for (const change of CHANGES.filter(({ method }) => method === 'disable')) {
      user = await app.workspace.createUser({ ...change.options, backupCodes: ['aB3dE5gH'] });
      const other = await app.workspace.addLogin(user);
      const spy = meanwhile(change, async () => {
        // The other login makes the change in between, with a code of its own.
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

  it('requires a live token when administrators reset their own TOTP', async () => {
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

  it('reports a change that another request of the same login has made first', async () => {
    user = await app.workspace.createUser({ totp: false });
    const enrolment = app.partOf(TotpEnrolmentService);
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
