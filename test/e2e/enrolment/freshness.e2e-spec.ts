import { totpCode } from '../../../src/two-factor/methods/totp';
import { TestApp } from '../../support/app';
import { EmailScene } from '../../support/email-scene';
import { detailsOf, TOTP_INVALID } from '../../support/expectations';
import { HttpAnswer } from '../../support/http';
import { newId, TestUser, UserOptions } from '../../support/workspace';

const OK = { status: 200 };
const MINUTE = 60;
const FRESH_LOGIN_REQUIRED = {
  status: 400,
  text: '{"success":false,"error":"Please log in again: this needs a login of the last 10 minutes [error-fresh-login-required]","errorType":"error-fresh-login-required"}',
};
const NOT_BEGUN = {
  status: 400,
  text: expect.stringContaining('[error-2fa-not-begun]') as string,
};

interface StoredTotp {
  enabled?: boolean;
  tempSecret?: string;
}

/** Requests of a user without a password and without a factor, as after single sign-on. */
class Scene {
  constructor(
    readonly app: TestApp,
    readonly mail?: EmailScene,
  ) {}

  /** @param secondsAgo the age of the login */
  person(secondsAgo: number, options: UserOptions = {}): Promise<TestUser> {
    const loggedInAt = new Date(this.app.clock.now().getTime() - secondsAgo * 1000);
    return this.app.workspace.createUser({ roles: [], totp: false, loggedInAt, ...options });
  }

  change(
    user: TestUser,
    action: string,
    { code = '', body }: { code?: string; body?: object } = {},
  ): Promise<HttpAnswer> {
    return this.app.call(`/api/v1/users.${action}`, {
      method: 'POST',
      headers: {
        ...user.headers,
        'x-2fa-code': code,
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
  }

  validate(user: TestUser, secret: string): Promise<HttpAnswer> {
    const code = totpCode(secret, this.app.clock.now());
    return this.change(user, 'validateTotp', { body: { code } });
  }

  users() {
    return this.app.workspace.db.collection<{
      _id: string;
      services: { totp?: StoredTotp; emailCode?: object; email2fa?: object };
    }>('users');
  }

  async stored(user: TestUser): Promise<{ totp?: StoredTotp; email2fa?: object }> {
    return (await this.users().findOne({ _id: user.id }))?.services ?? {};
  }
}

const secretOf = ({ body }: HttpAnswer): string => (body as { secret: string }).secret;
const UNVERIFIED = (): UserOptions => ({
  fields: { emails: [{ address: `${newId()}@example.org`, verified: false }] },
});

describe('enrolment of a user without password and factor', () => {
  let scene: Scene;
  let mail: EmailScene;

  beforeAll(async () => {
    mail = await EmailScene.start();
    scene = new Scene(mail.app, mail);
  });
  beforeEach(() => {
    scene.app.clock.startStep();
  });
  afterAll(() => scene.app.close());

  describe.each<[string, () => UserOptions]>([
    ['enableTotp', UNVERIFIED],
    ['2fa.disableEmail', () => ({ ...UNVERIFIED(), email2fa: true })],
  ])('POST /api/v1/users.%s, when no code can be sent', (action, options) => {
    it.each([0, 1, 10 * MINUTE, -MINUTE])(
      'accepts a login of %p seconds ago without a code',
      async (secondsAgo) => {
        const user = await scene.person(secondsAgo, options());
        expect(await scene.change(user, action)).toMatchObject(OK);
      },
    );

    it.each([10 * MINUTE + 0.001, 3600, 89 * 24 * 3600, -MINUTE - 0.001])(
      'refuses a login of %p seconds ago and changes nothing',
      async (secondsAgo) => {
        const user = await scene.person(secondsAgo, options());
        const before = await scene.stored(user);
        expect(await scene.change(user, action)).toMatchObject(FRESH_LOGIN_REQUIRED);
        expect(await scene.change(user, action, { code: '123456' })).toMatchObject(
          FRESH_LOGIN_REQUIRED,
        );
        expect(await scene.stored(user)).toEqual(before);
      },
    );

    it.each([true, false])(
      'refuses every personal access token, however new (bypassTwoFactor %p)',
      async (bypassTwoFactor) => {
        const user = await scene.person(0, {
          ...options(),
          personalAccessToken: { bypassTwoFactor },
        });
        expect(await scene.change(user, action)).toMatchObject(FRESH_LOGIN_REQUIRED);
      },
    );
  });

  it('refuses a personal access token even when a code could be sent, and sends none', async () => {
    const user = await scene.person(0, { personalAccessToken: { bypassTwoFactor: true } });
    for (const action of ['enableTotp', '2fa.enableEmail']) {
      expect(await scene.change(user, action)).toMatchObject(FRESH_LOGIN_REQUIRED);
    }
    await scene.app.workspace.db
      .collection<{ _id: string }>('users')
      .updateOne(
        { _id: user.id },
        { $set: { 'services.resume.loginTokens.0.when': scene.app.clock.now() } },
      );
    expect(await scene.change(user, 'enableTotp')).toMatchObject(FRESH_LOGIN_REQUIRED);
    expect(mail.mailsTo(user)).toEqual([]);
  });

  describe('login that is too old, of a user with a verified address', () => {
    it.each(['enableTotp', '2fa.enableEmail'])(
      'sends a code for users.%s to the address once, and accepts it',
      async (action) => {
        const user = await scene.person(3600);
        const challenged = await scene.change(user, action);
        expect(challenged).toMatchObject({
          status: 400,
          text: `{"success":false,"error":"TOTP Required [totp-required]","errorType":"totp-required","details":{"method":"email","codeGenerated":true,"emailOrUsername":"user-${user.id}","availableMethods":["email"]}}`,
        });
        expect(detailsOf(await scene.change(user, action))).toMatchObject({
          codeGenerated: false,
          codeExpires: expect.any(String) as string,
        });
        const [code = '', ...others] = mail.mailsTo(user);
        expect(others).toEqual([]);
        expect(await scene.change(user, action, { code })).toMatchObject(OK);
        expect((await scene.stored(user)) as object).not.toHaveProperty('emailCode');
      },
    );

    it('refuses and counts wrong codes until the lockout', async () => {
      const user = await scene.person(3600);
      await scene.change(user, 'enableTotp');
      for (let i = 0; i < 5; i++) {
        expect(detailsOf(await scene.change(user, 'enableTotp', { code: 'wrong!' }))).toEqual({
          method: 'email',
          codeGenerated: false,
        });
      }
      const [code = ''] = mail.mailsTo(user);
      expect((await scene.change(user, 'enableTotp', { code })).status).toBe(429);
      expect((await scene.stored(user)).totp).toBeUndefined();
    });

    it('accepts a code once from parallel requests', async () => {
      const user = await scene.person(3600);
      await scene.change(user, 'enableTotp');
      const [code = ''] = mail.mailsTo(user);
      const answers = await Promise.all(
        Array.from({ length: 4 }, () => scene.change(user, 'enableTotp', { code })),
      );
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    });

    it('refuses the code as a second factor on any other route', async () => {
      const user = await scene.person(3600, { roles: ['admin'] });
      await scene.change(user, 'enableTotp');
      const [code = ''] = mail.mailsTo(user);
      for (const method of ['email', 'totp', '']) {
        const headers = { ...user.headers, 'x-2fa-code': code, 'x-2fa-method': method };
        expect((await scene.app.infoAdmin('none', headers)).status).toBe(400);
      }
      expect(await scene.change(user, 'enableTotp', { code })).toMatchObject(OK);
    });

    it('refuses the code on other routes even while it is being verified for its own purpose', async () => {
      const user = await scene.person(3600, { roles: ['admin'] });
      await scene.change(user, 'enableTotp');
      const [code = ''] = mail.mailsTo(user);
      const headers = { ...user.headers, 'x-2fa-code': code, 'x-2fa-method': 'email' };
      const [, ...others] = await Promise.all([
        scene.change(user, 'enableTotp', { code }),
        ...Array.from({ length: 12 }, () => scene.app.infoAdmin('none', headers)),
      ]);
      // An accepted code would be answered with 404.
      expect(others.filter(({ status }) => status === 404)).toEqual([]);
    });

    it('lets the client, which was told the name, have another code sent', async () => {
      const user = await scene.person(3600);
      await scene.change(user, 'enableTotp');
      scene.app.clock.advance({ seconds: MINUTE });
      await mail.resend(`user-${user.id}`);
      await mail.settle();
      const [, second = ''] = mail.mailsTo(user);
      expect(await scene.change(user, 'enableTotp', { code: second })).toMatchObject(OK);
    });

    it('sends no code to strangers who only know the name', async () => {
      const user = await scene.person(3600);
      await mail.resend(`user-${user.id}`);
      await mail.settle();
      expect(mail.mailsTo(user)).toEqual([]);
    });
  });

  it('asks a user who has a password for that, and not for a recent login', async () => {
    const user = await scene.person(3600, { password: 'correct horse', ...UNVERIFIED() });
    expect(detailsOf(await scene.change(user, 'enableTotp'))).toMatchObject({ method: 'password' });
    expect(await scene.change(user, 'enableTotp', { code: 'correct horse' })).toMatchObject(OK);
  });
});

describe('enrolment without a mail server', () => {
  it('accepts only a login of the last ten minutes', async () => {
    const app = await TestApp.start();
    const scene = new Scene(app);
    expect(await scene.change(await scene.person(599), 'enableTotp')).toMatchObject(OK);
    const stale = await scene.change(await scene.person(601), 'enableTotp');
    expect(stale).toMatchObject(FRESH_LOGIN_REQUIRED);
    await app.close();
  });
});

describe('TOTP secret that is being enrolled', () => {
  let scene: Scene;
  let user: TestUser;

  beforeAll(async () => {
    scene = new Scene(await TestApp.start());
  });
  beforeEach(async () => {
    scene.app.clock.startStep();
    user = await scene.person(0);
  });
  afterAll(() => scene.app.close());

  const begin = async (by: TestUser): Promise<string> =>
    secretOf(await scene.change(by, 'enableTotp'));

  it('validates only for the login that requested it', async () => {
    const other = await scene.app.workspace.addLogin(user);
    const program = await scene.app.workspace.addAccessToken(user, { bypassTwoFactor: true });
    const secret = await begin(user);
    for (const by of [other, program]) {
      expect(await scene.validate(by, secret)).toMatchObject(NOT_BEGUN);
    }
    expect((await scene.stored(user)).totp).toMatchObject({ enabled: false });
    expect(await scene.validate(user, secret)).toMatchObject(OK);
  });

  it('replaces the secret of an earlier login', async () => {
    const other = await scene.app.workspace.addLogin(user);
    const mine = await begin(user);
    const theirs = await begin(other);
    expect(await scene.validate(user, mine)).toMatchObject(NOT_BEGUN);
    expect(await scene.validate(user, theirs)).toMatchObject(NOT_BEGUN);
    expect(await scene.validate(other, mine)).toMatchObject(TOTP_INVALID);
    expect(await scene.validate(other, theirs)).toMatchObject(OK);
  });

  it('expires after ten minutes, to the millisecond', async () => {
    const secret = await begin(user);
    scene.app.clock.advance({ seconds: 600 });
    expect(await scene.validate(user, secret)).toMatchObject(NOT_BEGUN);
    const fresh = await scene.app.workspace.addLogin(user);
    const again = await begin(fresh);
    scene.app.clock.advance({ seconds: 599.999 });
    expect(await scene.validate(fresh, again)).toMatchObject(OK);
  });

  it.each([
    ['stored by Rocket.Chat', {}],
    ['without an expiry', { tempToken: 'TOKEN' }],
    ['without an owner', { tempExpire: new Date(8e15) }],
    ['with a malformed expiry', { tempToken: 'TOKEN', tempExpire: 'later' }],
    ['with a list of owners', { tempToken: ['TOKEN'], tempExpire: new Date(8e15) }],
  ])('refuses to validate a secret %s', async (_case, fields) => {
    const secret = await begin(user);
    const { tempSecret, tempToken } = (await scene.stored(user)).totp as Record<string, unknown>;
    const text = JSON.stringify(fields).replaceAll('"TOKEN"', JSON.stringify(tempToken));
    const isDate = 'tempExpire' in fields && fields.tempExpire instanceof Date;
    const totp = {
      enabled: false,
      tempSecret: String(tempSecret),
      ...(JSON.parse(text) as object),
      ...(isDate && { tempExpire: fields.tempExpire }),
    };
    await scene.users().updateOne({ _id: user.id }, { $set: { 'services.totp': totp } });
    expect(await scene.validate(user, secret)).toMatchObject(NOT_BEGUN);
    expect((await scene.stored(user)).totp).toEqual(totp);
  });

  it('leaves no temporary field behind after validation', async () => {
    const secret = await begin(user);
    await scene.validate(user, secret);
    const { totp } = await scene.stored(user);
    expect(Object.keys(totp ?? {}).sort()).toEqual(['enabled', 'hashedBackup', 'secret']);
  });

  it('validates for at most one of two parallel logins, which stays signed in', async () => {
    for (let round = 0; round < 5; round++) {
      user = await scene.person(0);
      const both = [user, await scene.app.workspace.addLogin(user)];
      const answers = await Promise.all(
        both.map(async (by) => scene.validate(by, await begin(by))),
      );
      const won = both.filter((_, i) => answers[i]?.status === 200);
      expect(won.length).toBeLessThanOrEqual(1);
      const { totp } = await scene.stored(user);
      expect(totp?.enabled).toBe(won.length === 1);
    }
  });
});
