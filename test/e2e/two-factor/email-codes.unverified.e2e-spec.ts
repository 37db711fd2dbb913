import { hash } from 'bcrypt';
import { EmailScene, PASSWORD } from '../../support/email-scene';
import { detailsOf, TOTP_INVALID } from '../../support/expectations';
import { HttpAnswer } from '../../support/http';
import { newId, TestUser, UserOptions } from '../../support/workspace';

const OK = { status: 200 };

/** Rocket.Chat enables codes by e-mail for every new user; other programs store addresses in these forms. */
const NO_ADDRESS: [string, (address: string) => unknown][] = [
  ['no field', () => undefined],
  ['null', () => null],
  ['an empty list', () => []],
  ['an unverified address', (address) => [{ address, verified: false }]],
  ['an address without the field verified', (address) => [{ address }]],
  ['"true"', (address) => [{ address, verified: 'true' }]],
  ['1', (address) => [{ address, verified: 1 }]],
  ['an empty address', () => [{ address: '', verified: true }]],
  [
    'invalid entries',
    (address) => [null, address, 7, { verified: true }, { address: 7, verified: true }],
  ],
  ['lists in the list', (address) => [[{ address, verified: true }]]],
  ['an object', (address) => ({ address, verified: true })],
  ['text', (address) => address],
];
const UNVERIFIED = (address: string): unknown => [{ address, verified: false }];

describe('codes by e-mail enabled without a verified address', () => {
  let scene: EmailScene;
  let user: TestUser;

  beforeAll(async () => {
    scene = await EmailScene.start({ TWO_FACTOR_MAX_ATTEMPTS: '50' });
  });
  beforeEach(() => {
    scene.app.clock.startStep();
  });
  afterAll(() => scene.app.close());

  const create = async (
    emails: (address: string) => unknown,
    options: UserOptions = {},
  ): Promise<TestUser> => {
    const id = newId();
    const fields = { emails: emails(`${id}@example.org`) };
    return (user = await scene.person({ id, fields, ...options }));
  };
  const by = (code: string, method: string): Promise<HttpAnswer> =>
    scene.show({ ...user, headers: { ...user.headers, 'x-2fa-method': method } }, code);
  const login = (code?: string): Promise<HttpAnswer> =>
    scene.app.login({ user: `user-${user.id}`, password: PASSWORD, code });
  const change = (action: string, code = ''): Promise<HttpAnswer> =>
    scene.app.call(`/api/v1/users.${action}`, {
      method: 'POST',
      headers: { ...user.headers, 'x-2fa-code': code },
    });
  const users = () => scene.app.workspace.db.collection<{ _id: string; services: object }>('users');

  it.each(NO_ADDRESS)('treats codes by e-mail as not enabled: %s', async (_case, emails) => {
    await create(emails);
    const sent = scene.mailbox.mails.length;
    expect(detailsOf(await scene.show(user))).toEqual({
      method: 'password',
      codeGenerated: false,
      availableMethods: [],
    });
    expect(await scene.show(user, PASSWORD)).toMatchObject(OK);
    expect(await login()).toMatchObject(OK);
    expect((await change('enableTotp', 'wrong')).status).toBe(400);
    expect(await change('enableTotp', PASSWORD)).toMatchObject(OK);
    expect(scene.mailbox.mails).toHaveLength(sent);
  });

  it.each(NO_ADDRESS.slice(3, 7))(
    'offers TOTP alone when that is enabled too: %s',
    async (_case, emails) => {
      await create(emails, { totp: true });
      expect(detailsOf(await scene.show(user))).toMatchObject({
        method: 'totp',
        availableMethods: ['totp'],
      });
      expect(await scene.show(user, PASSWORD)).toMatchObject(TOTP_INVALID);
      expect(await scene.show(user, user.codeAt(scene.app.clock.now()))).toMatchObject(OK);
    },
  );

  it('refuses e-mail when it is named, even with a stored code', async () => {
    await create(UNVERIFIED);
    const emailCode = {
      code: await hash('271828', 4),
      expire: new Date(scene.app.clock.now().getTime() + 60_000),
      attempts: 0,
    };
    await users().updateOne({ _id: user.id }, { $set: { 'services.emailCode': emailCode } });
    expect(detailsOf(await by('', 'email'))).toEqual({
      method: 'email',
      codeGenerated: false,
      availableMethods: [],
    });
    expect(detailsOf(await by('271828', 'email'))).toMatchObject({ method: 'email' });
    expect(await scene.stored(user)).toEqual(emailCode);
  });

  it('turns e-mail into a factor once an address is verified, and forgets the password remembered before', async () => {
    const remembering = await scene.app.another({
      SMTP_URL: scene.mailbox.url,
      TWO_FACTOR_REMEMBER_SECONDS: '1800',
    });
    await create(UNVERIFIED);
    const submit = (code: string): Promise<HttpAnswer> =>
      remembering.infoAdmin(scene.sessionId, { ...user.headers, 'x-2fa-code': code });
    expect(await submit(PASSWORD)).toMatchObject(OK);
    expect(await submit('')).toMatchObject(OK);
    await users().updateOne({ _id: user.id }, { $set: { 'emails.0.verified': true } });
    expect(detailsOf(await submit(''))).toMatchObject({ method: 'email', codeGenerated: true });
    expect((await submit(PASSWORD)).status).toBe(400);
    expect(detailsOf(await login())).toMatchObject({ method: 'email' });
    await remembering.close();
  });

  it('keeps codes by e-mail enabled in `me` and lets the user disable them', async () => {
    await create(() => []);
    const me = await scene.app.call('/api/v1/me', { headers: user.headers });
    expect(me.body).toMatchObject({ services: { email2fa: { enabled: true } } });
    expect((await change('2fa.disableEmail', 'wrong')).status).toBe(400);
    expect(await change('2fa.disableEmail', PASSWORD)).toMatchObject(OK);
  });

  it('refuses a user who has no other factor', async () => {
    user = await scene.app.workspace.createUser({
      totp: false,
      email2fa: true,
      fields: { emails: [] },
    });
    expect(detailsOf(await scene.show(user))).toMatchObject({
      method: 'totp',
      availableMethods: [],
    });
    expect(await scene.show(user, '123456')).toMatchObject(TOTP_INVALID);
  });

  it('refuses a valid code once its address is no longer verified', async () => {
    await create((address) => [{ address, verified: true }]);
    await scene.show(user);
    const { code } = scene.mailbox.latest;
    await users().updateOne({ _id: user.id }, { $set: { 'emails.0.verified': false } });
    expect((await by(code, 'email')).status).toBe(400);
    await users().updateOne({ _id: user.id }, { $set: { 'emails.0.verified': true } });
    expect(await by(code, 'email')).toMatchObject(OK);
  });
});
