import { TestApp } from '../../support/app';
import { TOTP_INVALID } from '../../support/expectations';
import { HttpAnswer } from '../../support/http';
import { startWithSession, Submit } from '../../support/totp-scene';

const OK = { status: 200 };

describe('choice of the second-factor method', () => {
  let app: TestApp;
  let submit: Submit;

  beforeAll(async () => {
    [app, submit] = await startWithSession();
  });
  afterAll(() => app.close());

  const details = (answer: HttpAnswer): unknown => (answer.body as { details: unknown }).details;
  const sha256 = 'b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9'; // of "hello world"

  it('accepts the password when there is no other factor, plain or as its SHA-256', async () => {
    const user = await app.workspace.createUser({ totp: false, password: 'hello world' });
    expect(details(await submit(user, ''))).toEqual({
      method: 'password',
      codeGenerated: false,
      availableMethods: [],
    });
    expect(await submit(user, 'hello world')).toMatchObject(OK);
    expect(await submit(user, sha256)).toMatchObject(OK);
    expect(await submit(user, sha256.toUpperCase())).toMatchObject(OK);
    const wrong = await submit(user, 'hello');
    expect(wrong.status).toBe(400);
    expect(details(wrong)).toEqual({ method: 'password', codeGenerated: false });
  });

  it('locks out after wrong passwords and then refuses the right one', async () => {
    const user = await app.workspace.createUser({ totp: false, password: 'hello world' });
    for (let i = 0; i < 5; i++) expect(await submit(user, 'wrong')).toMatchObject({ status: 400 });
    const sixth = await submit(user, 'hello world');
    expect(sixth.status).toBe(429);
    expect(details(sixth)).toEqual({ method: 'password' });
  });

  it.each(['totp', 'email'] as const)(
    'refuses the password of a user who has %s, even when it is named',
    async (factor) => {
      const user = await app.workspace.createUser({
        password: 'hello world',
        totp: factor === 'totp',
        email2fa: factor === 'email',
      });
      for (const method of ['', 'password']) {
        const answer = await submit(user, 'hello world', { 'x-2fa-method': method });
        expect(answer.status).toBe(400);
        expect(details(answer)).toEqual({ method: factor, codeGenerated: false });
      }
    },
  );

  it.each<[string, object]>([
    ['has no second factor at all', {}],
    ['has an empty password', { password: { bcrypt: '' } }],
    ['has a password that is not text', { password: { bcrypt: ['', 7] } }],
    ['has a secret that is not text', { totp: { enabled: false, secret: 7 } }],
  ])('refuses a user who %s', async (_case, services) => {
    const user = await app.workspace.createUser({ totp: false });
    await app.workspace.db.collection<{ _id: string }>('users').updateOne(
      { _id: user.id },
      {
        $set: Object.fromEntries(
          Object.entries(services).map(([k, v]) => [`services.${k}`, v as unknown]),
        ),
      },
    );
    const required = await submit(user, '');
    expect(required.status).toBe(400);
    expect(details(required)).toEqual({
      method: 'totp',
      codeGenerated: false,
      availableMethods: [],
    });
    for (const code of ['000000', 'undefined', 'null', sha256]) {
      expect(await submit(user, code)).toMatchObject(TOTP_INVALID);
    }
  });

  it.each([undefined, false, 1, 'true', null])(
    'treats TOTP as not enabled when the workspace stores %p',
    async (enabled) => {
      const user = await app.workspace.createUser();
      await app.workspace.db
        .collection<{ _id: string }>('users')
        .updateOne({ _id: user.id }, { $set: { 'services.totp.enabled': enabled } });
      const answer = await submit(user, user.codeAt(app.clock.now()));
      expect(answer).toMatchObject(TOTP_INVALID);
    },
  );

  it('lists all enabled factors and asks for the named one first', async () => {
    const user = await app.workspace.createUser({ email2fa: true });
    expect(details(await submit(user, ''))).toEqual({
      method: 'totp',
      codeGenerated: false,
      availableMethods: ['totp', 'email'],
    });
    expect(details(await submit(user, '', { 'x-2fa-method': 'email' }))).toEqual({
      method: 'email',
      codeGenerated: false,
      availableMethods: ['totp', 'email'],
    });
  });

  it.each(['', 'TOTP', 'sms', '__proto__', 'constructor', 'totp, totp'])(
    'falls back to the first enabled factor when the named one is %p',
    async (method) => {
      const user = await app.workspace.createUser();
      const code = user.codeAt(app.clock.now());
      expect(await submit(user, code, { 'x-2fa-method': method })).toMatchObject(OK);
    },
  );
});
