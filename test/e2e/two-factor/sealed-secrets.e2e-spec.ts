import { SystemClock } from '../../../src/common/clock/clock';
import { loadConfiguration } from '../../../src/config/configuration';
import { TotpSecretCipher } from '../../../src/two-factor/secrets/totp-secret.cipher';
import { totpCode } from '../../../src/two-factor/methods/totp';
import { TestApp } from '../../support/app';
import { LOGIN_TOTP_INVALID, TOTP_INVALID, TOTP_MAX_ATTEMPTS } from '../../support/expectations';
import { call, HttpAnswer } from '../../support/http';
import { ServiceProcess } from '../../support/service-process';
import { TestUser } from '../../support/workspace';

const OK = { status: 200 };
const SEALED = /^sealed\.v1\.[0-9a-f]{8}\.[\w-]{16}\.[\w-]{64}$/;
const PASSWORD = 'correct horse';
const [KEY, OTHER] = ['1234567890abcdef'.repeat(4), 'fedcba0987654321'.repeat(4)];

interface StoredUser {
  _id: string;
  services: { totp?: { enabled?: boolean; secret?: string; tempSecret?: string } };
}

describe('TOTP secrets with TOTP_ENCRYPTION_KEYS', () => {
  let app: TestApp;
  let user: TestUser;
  let sessionId: string;

  beforeAll(async () => {
    app = await TestApp.start({ TOTP_ENCRYPTION_KEYS: KEY });
    sessionId = String((await app.workspace.createSession()).sessionId);
  });
  beforeEach(async () => {
    app.clock.startStep();
    user = await app.workspace.createUser({ totp: false, password: PASSWORD });
  });
  afterAll(() => app.close());

  const change = (action: string, body: object = {}, code = ''): Promise<HttpAnswer> =>
    app.call(`/api/v1/users.${action}`, {
      method: 'POST',
      headers: { ...user.headers, 'content-type': 'application/json', 'x-2fa-code': code },
      body: JSON.stringify(body),
    });
  const begin = async (): Promise<string> =>
    ((await change('enableTotp', {}, PASSWORD)).body as { secret: string }).secret;
  const codeOf = (secret: string): string => totpCode(secret, app.clock.now());
  const submit = (code: string, to: TestApp = app): Promise<HttpAnswer> =>
    to.infoAdmin(sessionId, { ...user.headers, 'x-2fa-code': code });
  const login = (code: string, to: TestApp = app): Promise<HttpAnswer> =>
    to.login({ user: `user-${user.id}`, password: PASSWORD, code });

  const users = () => app.workspace.db.collection<StoredUser>('users');
  const stored = async (): Promise<NonNullable<StoredUser['services']['totp']>> =>
    (await users().findOne({ _id: user.id }))?.services.totp ?? {};
  const store = (secret: string): Promise<unknown> =>
    users().updateOne(
      { _id: user.id },
      { $set: { 'services.totp': { enabled: true, secret, hashedBackup: [] } } },
    );
  const everything = async (): Promise<string> => {
    const { db } = app.workspace;
    const names = (await db.listCollections({}, { nameOnly: true }).toArray()).map((c) => c.name);
    return JSON.stringify(
      await Promise.all(names.map((name) => db.collection(name).find().toArray())),
    );
  };

  /** @returns the secret, and the backup codes */
  const enrol = async (): Promise<[string, string[]]> => {
    const secret = await begin();
    const { body } = await change('validateTotp', { code: codeOf(secret) });
    app.clock.advance({ seconds: 30 });
    return [secret, (body as { codes: string[] }).codes];
  };

  it('stores no TOTP secret in plain at any moment', async () => {
    const secret = await begin();
    expect(secret).toMatch(/^[A-Z2-7]{32}$/);
    const { tempSecret } = await stored();
    expect(tempSecret).toMatch(SEALED);
    expect(await everything()).not.toContain(secret);

    expect(await change('validateTotp', { code: codeOf(secret) })).toMatchObject(OK);
    // The validated secret is stored exactly as it was sealed at enrolment.
    expect(await stored()).toMatchObject({ enabled: true, secret: tempSecret });
    expect(await everything()).not.toContain(secret);
  });

  it('accepts codes of a sealed secret on every route: validate, a request, a login, regenerate, disable', async () => {
    const [secret, codes] = await enrol();
    expect(await submit(codeOf(secret))).toMatchObject(OK);
    app.clock.advance({ seconds: 30 });
    expect(await login(codeOf(secret))).toMatchObject(OK);
    expect(await submit(codes[0] ?? '')).toMatchObject(OK);
    app.clock.advance({ seconds: 30 });
    expect(await change('regenerateTotpCodes', { code: codeOf(secret) })).toMatchObject(OK);
    expect((await stored()).secret).toMatch(SEALED);
    app.clock.advance({ seconds: 30 });
    expect(await change('disableTotp', { code: codeOf(secret) })).toMatchObject(OK);
    expect(await stored()).toEqual({ enabled: false });
  });

  it('refuses wrong and replayed codes of a sealed secret, and locks out', async () => {
    const [secret] = await enrol();
    await login(codeOf(secret));
    expect(await submit(codeOf(secret))).toMatchObject(TOTP_INVALID);
    for (let i = 0; i < 4; i++) expect(await submit('wrong!')).toMatchObject(TOTP_INVALID);
    expect(await submit(codeOf(secret))).toMatchObject(TOTP_MAX_ATTEMPTS);
  });

  it('leaves plain secrets as they are, even one that is being enrolled', async () => {
    user = await app.workspace.createUser({ enrolling: true });
    expect(await change('validateTotp', { code: codeOf(user.secret) })).toMatchObject(OK);
    app.clock.advance({ seconds: 30 });
    expect(await submit(codeOf(user.secret))).toMatchObject(OK);
    expect(await stored()).toMatchObject({ secret: user.secret });
  });

  it('refuses the sealed secret of another user', async () => {
    const [secret] = await enrol();
    const { secret: sealed = '' } = await stored();
    user = await app.workspace.createUser({ password: PASSWORD });
    await store(sealed);
    expect(await submit(codeOf(secret))).toMatchObject(TOTP_INVALID);
    expect(await login(codeOf(secret))).toMatchObject(LOGIN_TOTP_INVALID);
    await users().updateOne({ _id: user.id }, { $set: { 'services.totp.enabled': false } });
    await change('enableTotp', {}, PASSWORD);
    await users().updateOne({ _id: user.id }, { $set: { 'services.totp.tempSecret': sealed } });
    expect(await change('validateTotp', { code: codeOf(secret) })).toMatchObject(TOTP_INVALID);
    expect(await stored()).toMatchObject({ enabled: false, tempSecret: sealed });
  });

  it('refuses a tampered secret with the statements of a wrong code', async () => {
    const [secret] = await enrol();
    const { secret: sealed = '' } = await stored();
    // The first wrong code creates the record, which takes more statements.
    await submit('wrong!');
    const wrong = await app.commandsDuring(() => submit('wrong!'));
    await store(`${sealed.slice(0, -1)}${sealed.endsWith('A') ? 'B' : 'A'}`);
    const forged = await app.commandsDuring(async () => {
      expect(await submit(codeOf(secret))).toMatchObject(TOTP_INVALID);
    });
    const names = (commands: typeof wrong): string[] => commands.map((c) => c.commandName);
    expect(names(forged)).toEqual(names(wrong));
    await store(sealed);
    expect(await submit(codeOf(secret))).toMatchObject(OK);
  });

  it('keeps backup codes while the key of the secret is missing', async () => {
    const [, [backup = '']] = await enrol();
    const without = await app.another({ TOTP_ENCRYPTION_KEYS: OTHER });
    expect(await submit(backup, without)).toMatchObject(TOTP_INVALID);
    expect(await submit(backup)).toMatchObject(OK);
    await without.close();
  });

  it('decrypts with every configured key and encrypts with the first', async () => {
    const [secret] = await enrol();
    const before = (await stored()).secret;
    const rotated = await app.another({ TOTP_ENCRYPTION_KEYS: `${OTHER},${KEY}` });
    expect(await submit(codeOf(secret), rotated)).toMatchObject(OK);
    expect((await stored()).secret).toBe(before);
    const owner = user;
    user = await app.workspace.createUser({ totp: false });
    const begun = await rotated.call('/api/v1/users.enableTotp', {
      method: 'POST',
      headers: user.headers,
    });
    expect(begun).toMatchObject(OK);
    const id = (text = ''): string | undefined => text.split('.')[2];
    expect(id((await stored()).tempSecret)).not.toBe(id(before));
    user = owner;
    await rotated.close();
  });

  it('keeps a used code used up when its secret is sealed again', async () => {
    const [secret] = await enrol();
    expect(await login(codeOf(secret))).toMatchObject(OK);
    const env = { TOTP_ENCRYPTION_KEYS: KEY };
    await store(new TotpSecretCipher(loadConfiguration(env).encryption).encrypt(user.id, secret));
    expect(await submit(codeOf(secret))).toMatchObject(TOTP_INVALID);
    await store(secret);
    expect(await submit(codeOf(secret))).toMatchObject(TOTP_INVALID);
  });

  it('forgets the remembered factor when the secret is sealed again, and asks for a code', async () => {
    const env = { TOTP_ENCRYPTION_KEYS: KEY, TWO_FACTOR_REMEMBER_SECONDS: '600' };
    const [secret] = await enrol();
    const remembering = await app.another(env);
    expect(await submit(codeOf(secret), remembering)).toMatchObject(OK);
    expect(await submit('', remembering)).toMatchObject(OK);
    await store(new TotpSecretCipher(loadConfiguration(env).encryption).encrypt(user.id, secret));
    expect((await submit('', remembering)).body).toMatchObject({ errorType: 'totp-required' });
    expect(await submit(codeOf(secret), remembering)).toMatchObject(OK);
    await remembering.close();
  });

  it.each<[string, Record<string, string>]>([
    ['no key', {}],
    ['another key', { TOTP_ENCRYPTION_KEYS: OTHER }],
  ])('refuses codes with %s, and logs the name of the key and no secret', async (_case, env) => {
    const [secret] = await enrol();
    const { secret: sealed = '' } = await stored();
    const [, , keyId, nonce = '', text = ''] = sealed.split('.');
    const service = await ServiceProcess.start({ MONGODB_URI: app.databaseUri, ...env });
    const code = totpCode(secret, new SystemClock().now());
    const headers = { ...user.headers, 'x-2fa-code': code };
    for (let i = 0; i < 3; i++) {
      const answer = await call(
        `${service.url}/api/v1/sessions/info.admin?sessionId=${sessionId}`,
        { headers },
      );
      expect(answer).toMatchObject(TOTP_INVALID);
    }
    await service.stop();
    expect(service.printed.match(/cannot be decrypted/g)).toHaveLength(1);
    expect(service.printed).toContain(
      `The TOTP secret of user "${user.id}" cannot be decrypted, so every code is wrong: TOTP_ENCRYPTION_KEYS lacks its key, ${String(keyId)}.`,
    );
    for (const secretText of [secret, nonce, text, code, KEY, OTHER, user.token]) {
      expect(service.printed).not.toContain(secretText);
    }
  });
});

describe('TOTP secrets without TOTP_ENCRYPTION_KEYS', () => {
  it('stores TOTP secrets in plain, as every program of the workspace reads them', async () => {
    const app = await TestApp.start();
    const user = await app.workspace.createUser({ totp: false });
    const { body } = await app.call('/api/v1/users.enableTotp', {
      method: 'POST',
      headers: user.headers,
    });
    const stored = await app.workspace.db.collection<StoredUser>('users').findOne({ _id: user.id });
    expect(stored?.services.totp).toMatchObject({
      enabled: false,
      tempSecret: (body as { secret: string }).secret,
    });
    await app.close();
  });
});

describe('the demo workspace with TOTP_ENCRYPTION_KEYS', () => {
  it('accepts the codes of the demo administrator', async () => {
    const service = await ServiceProcess.start({ TOTP_ENCRYPTION_KEYS: KEY });
    await service.untilPrinted(/^curl .*\n/m);
    const printed = (label: string): string =>
      new RegExp(`${label}: +(\\S+)`).exec(service.printed)?.[1] ?? '';
    const answer = await call(`${service.url}/api/v1/sessions/list.all`, {
      headers: {
        'x-user-id': printed('X-User-Id'),
        'x-auth-token': printed('X-Auth-Token'),
        'x-2fa-code': totpCode(printed('TOTP secret'), new SystemClock().now()),
      },
    });
    expect(answer).toMatchObject(OK);
    expect(await service.stop()).toBe(0);
  });
});
