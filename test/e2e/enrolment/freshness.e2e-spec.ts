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

/** What somebody without a password and without a factor (single sign-on) asks of the service. */
class Scene {
  constructor(
    readonly app: TestApp,
    readonly mail?: EmailScene,
  ) {}

  /** @param secondsAgo when they have logged in */
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

describe('enrolment of somebody who has nothing to show', () => {
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
  ])('users.%s, where no code can be sent', (action, options) => {
    it.each([0, 1, 10 * MINUTE, -MINUTE])(
      'takes a login of %p seconds ago instead, and asks for no code',
      async (secondsAgo) => {
        const user = await scene.person(secondsAgo, options());
        expect(await scene.change(user, action)).toMatchObject(OK);
      },
    );

    it.each([10 * MINUTE + 0.001, 3600, 89 * 24 * 3600, -MINUTE - 0.001])(
      'refuses a login of %p seconds ago, and changes nothing',
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
      'refuses every personal access token, however young (bypassTwoFactor %p)',
      async (bypassTwoFactor) => {
        const user = await scene.person(0, {
          ...options(),
          personalAccessToken: { bypassTwoFactor },
        });
        expect(await scene.change(user, action)).toMatchObject(FRESH_LOGIN_REQUIRED);
      },
    );
  });

  it('refuses a personal access token also where a code could be sent, and sends none', async () => {
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

  describe('by a login that is older, with a verified address', () => {
    it.each(['enableTotp', '2fa.enableEmail'])(
      'users.%s sends a code there, once, and takes that',
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

    it('wrong codes are refused, count, and let nobody in', async () => {
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

    it('a code is used once, by one of ten at once', async () => {
      const user = await scene.person(3600);
      await scene.change(user, 'enableTotp');
      const [code = ''] = mail.mailsTo(user);
      const answers = await Promise.all(
        Array.from({ length: 4 }, () => scene.change(user, 'enableTotp', { code })),
      );
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    });

    it('a code is no second factor of theirs anywhere else', async () => {
      const user = await scene.person(3600, { roles: ['admin'] });
      await scene.change(user, 'enableTotp');
      const [code = ''] = mail.mailsTo(user);
      for (const method of ['email', 'totp', '']) {
        const headers = { ...user.headers, 'x-2fa-code': code, 'x-2fa-method': method };
        expect((await scene.app.infoAdmin('none', headers)).status).toBe(400);
      }
      expect(await scene.change(user, 'enableTotp', { code })).toMatchObject(OK);
    });

    it('a code is none either while it is being judged for what it was sent for', async () => {
      const user = await scene.person(3600, { roles: ['admin'] });
      await scene.change(user, 'enableTotp');
      const [code = ''] = mail.mailsTo(user);
      const headers = { ...user.headers, 'x-2fa-code': code, 'x-2fa-method': 'email' };
      const [, ...others] = await Promise.all([
        scene.change(user, 'enableTotp', { code }),
        ...Array.from({ length: 12 }, () => scene.app.infoAdmin('none', headers)),
      ]);
      // 404 would be the answer to whoever has passed.
      expect(others.filter(({ status }) => status === 404)).toEqual([]);
    });

    it('another one can be sent in its place by the client, which has been told the name', async () => {
      const user = await scene.person(3600);
      await scene.change(user, 'enableTotp');
      scene.app.clock.advance({ seconds: MINUTE });
      await mail.resend(`user-${user.id}`);
      await mail.settle();
      const [, second = ''] = mail.mailsTo(user);
      expect(await scene.change(user, 'enableTotp', { code: second })).toMatchObject(OK);
    });

    it('nothing is sent to them for strangers who only know the name', async () => {
      const user = await scene.person(3600);
      await mail.resend(`user-${user.id}`);
      await mail.settle();
      expect(mail.mailsTo(user)).toEqual([]);
    });
  });

  it('is no matter to who has something to show', async () => {
    const user = await scene.person(3600, { password: 'correct horse', ...UNVERIFIED() });
    expect(detailsOf(await scene.change(user, 'enableTotp'))).toMatchObject({ method: 'password' });
    expect(await scene.change(user, 'enableTotp', { code: 'correct horse' })).toMatchObject(OK);
  });
});

describe('without a mail server', () => {
  it('a login of the last ten minutes is all that there is to show', async () => {
    const app = await TestApp.start();
    const scene = new Scene(app);
    expect(await scene.change(await scene.person(599), 'enableTotp')).toMatchObject(OK);
    const stale = await scene.change(await scene.person(601), 'enableTotp');
    expect(stale).toMatchObject(FRESH_LOGIN_REQUIRED);
    await app.close();
  });
});

describe('a secret that is to be validated', () => {
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

  it('belongs to the login that asked for it: no other can validate it', async () => {
    const other = await scene.app.workspace.addLogin(user);
    const program = await scene.app.workspace.addAccessToken(user, { bypassTwoFactor: true });
    const secret = await begin(user);
    for (const by of [other, program]) {
      expect(await scene.validate(by, secret)).toMatchObject(NOT_BEGUN);
    }
    expect((await scene.stored(user)).totp).toMatchObject({ enabled: false });
    expect(await scene.validate(user, secret)).toMatchObject(OK);
  });

  it('is of whoever began last: the one before is forgotten', async () => {
    const other = await scene.app.workspace.addLogin(user);
    const mine = await begin(user);
    const theirs = await begin(other);
    expect(await scene.validate(user, mine)).toMatchObject(NOT_BEGUN);
    expect(await scene.validate(user, theirs)).toMatchObject(NOT_BEGUN);
    expect(await scene.validate(other, mine)).toMatchObject(TOTP_INVALID);
    expect(await scene.validate(other, theirs)).toMatchObject(OK);
  });

  it('lasts ten minutes, to the millisecond', async () => {
    const secret = await begin(user);
    scene.app.clock.advance({ seconds: 600 });
    expect(await scene.validate(user, secret)).toMatchObject(NOT_BEGUN);
    const fresh = await scene.app.workspace.addLogin(user);
    const again = await begin(fresh);
    scene.app.clock.advance({ seconds: 599.999 });
    expect(await scene.validate(fresh, again)).toMatchObject(OK);
  });

  it.each([
    ['of the original', {}],
    ['without an end', { tempToken: 'TOKEN' }],
    ['without an owner', { tempExpire: new Date(8e15) }],
    ['with another end', { tempToken: 'TOKEN', tempExpire: 'later' }],
    ['with a list of owners', { tempToken: ['TOKEN'], tempExpire: new Date(8e15) }],
  ])('%s counts for nothing here', async (_case, fields) => {
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

  it('leaves nothing of all that behind', async () => {
    const secret = await begin(user);
    await scene.validate(user, secret);
    const { totp } = await scene.stored(user);
    expect(Object.keys(totp ?? {}).sort()).toEqual(['enabled', 'hashedBackup', 'secret']);
  });

  it('of two logins that begin and validate at once, one wins and is the one that stays', async () => {
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
