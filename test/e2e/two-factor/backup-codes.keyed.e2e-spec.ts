import { createHash } from 'node:crypto';
import { totpCode } from '../../../src/two-factor/methods/totp';
import { TestApp } from '../../support/app';
import { LOGIN_TOTP_INVALID, TOTP_INVALID } from '../../support/expectations';
import { HttpAnswer } from '../../support/http';
import { TestUser } from '../../support/workspace';

const OK = { status: 200 };
const PASSWORD = 'correct horse';
const [OLD, NEW, LOST] = ['0a'.repeat(32), '1b'.repeat(32), '2c'.repeat(32)] as const;
const KEYED = /^hmac\.v1\.[0-9a-f]{8}\.[\w-]{43}$/;
const PLAIN = 'Zz9Yy8Xx';

interface StoredUser {
  _id: string;
  services: { totp: { secret?: string; hashedBackup?: string[] } };
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

describe('backup codes with TOTP_ENCRYPTION_KEYS', () => {
  let app: TestApp;
  let user: TestUser;

  beforeAll(async () => {
    app = await TestApp.start({ TOTP_ENCRYPTION_KEYS: OLD });
  });
  beforeEach(() => {
    app.clock.startStep();
  });
  afterAll(() => app.close());

  const change = (action: string, body: object = {}, code = '', to = app): Promise<HttpAnswer> =>
    to.call(`/api/v1/users.${action}`, {
      method: 'POST',
      headers: { ...user.headers, 'content-type': 'application/json', 'x-2fa-code': code },
      body: JSON.stringify(body),
    });
  const codesOf = ({ body }: HttpAnswer): string[] => (body as { codes: string[] }).codes;
  /** @returns the secret and the codes of a new user, enrolled by this service */
  const enrol = async (by = app): Promise<[secret: string, codes: string[]]> => {
    user = await app.workspace.createUser({ totp: false, password: PASSWORD });
    const { secret } = (await change('enableTotp', {}, PASSWORD, by)).body as { secret: string };
    const code = totpCode(secret, by.clock.now());
    const codes = codesOf(await change('validateTotp', { code }, '', by));
    app.clock.advance({ seconds: 30 });
    return [secret, codes];
  };
  const submit = (code: string, to = app, by = user): Promise<HttpAnswer> =>
    to.infoAdmin('none', { ...by.headers, 'x-2fa-code': code });
  const PASSED = { status: 404 };
  const users = () => app.workspace.db.collection<StoredUser>('users');
  const stored = async (of = user): Promise<string[]> =>
    (await users().findOne({ _id: of.id }))?.services.totp.hashedBackup ?? [];
  const store = (hashedBackup: unknown[]): Promise<unknown> =>
    users().updateOne({ _id: user.id }, { $set: { 'services.totp.hashedBackup': hashedBackup } });
  const remaining = async (of = app): Promise<unknown> =>
    (await of.call('/api/v1/users.totpCodesRemaining', { headers: user.headers })).body;

  it('stores HMACs under the first key, and no hash that can be computed without it', async () => {
    const [, codes] = await enrol();
    const hashes = await stored();
    expect(hashes).toHaveLength(12);
    for (const hash of hashes) expect(hash).toMatch(KEYED);
    expect(new Set(hashes).size).toBe(12);
    const everything = JSON.stringify(
      await Promise.all(
        (await app.workspace.db.listCollections().toArray()).map(({ name }) =>
          app.workspace.db.collection(name).find().toArray(),
        ),
      ),
    );
    for (const code of codes) {
      expect(everything).not.toContain(code);
      for (const encoding of ['hex', 'base64', 'base64url'] as const) {
        expect(everything).not.toContain(createHash('sha256').update(code).digest(encoding));
      }
    }
  });

  it('accepts a backup code once on every route: a request, a login, regenerate, disable', async () => {
    const [, [first = '', second = '', third = '']] = await enrol();
    expect(await submit(first)).toMatchObject(PASSED);
    expect(await submit(first)).toMatchObject(TOTP_INVALID);
    const login = { user: `user-${user.id}`, password: PASSWORD };
    expect(await app.login({ ...login, code: second })).toMatchObject(OK);
    expect(await app.login({ ...login, code: second })).toMatchObject(LOGIN_TOTP_INVALID);
    expect(await remaining()).toMatchObject({ remaining: 10 });
    const again = codesOf(await change('regenerateTotpCodes', { code: third }));
    for (const hash of await stored()) expect(hash).toMatch(KEYED);
    expect(await submit(third)).toMatchObject(TOTP_INVALID);
    expect(await remaining()).toMatchObject({ remaining: 12 });
    expect(await change('disableTotp', { code: again[11] })).toMatchObject(OK);
  });

  it('lets one of ten parallel requests with one backup code pass', async () => {
    const [, [code = '']] = await enrol();
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, i) =>
        submit(code, app, { ...user, headers: { ...user.headers, 'user-agent': `p${i}` } }),
      ),
    );
    expect(answers.filter(({ status }) => status === 404)).toHaveLength(1);
    expect(await stored()).toHaveLength(11);
  });

  it('accepts plain backup codes beside keyed ones', async () => {
    const [, [code = '']] = await enrol();
    const keyed = await stored();
    await store([sha256(PLAIN), ...keyed, 7, null]);
    expect(await submit(PLAIN)).toMatchObject(PASSED);
    expect(await submit(code)).toMatchObject(PASSED);
    expect(await submit(PLAIN)).toMatchObject(TOTP_INVALID);
    expect(await remaining()).toMatchObject({ remaining: 11 });
  });

  it('refuses the backup codes of another user', async () => {
    const [, [code = '']] = await enrol();
    const hashes = await stored();
    await enrol();
    await store(hashes);
    expect(await submit(code)).toMatchObject(TOTP_INVALID);
    expect(await stored()).toEqual(hashes);
  });

  it('refuses a code whose stored hash has another form, and still accepts the other codes', async () => {
    const [, [code = '']] = await enrol();
    const [hash = ''] = await stored();
    const [, , key = '', mac = ''] = hash.split('.');
    const forms = [
      hash.toUpperCase(),
      `${hash}=`,
      `${hash}\n`,
      hash.slice(0, -1),
      `hmac.v2.${key}.${mac}`,
      `hmac.v1.${key.replace(/./g, '0')}.${mac}`,
      `hmac.v1.${mac}`,
      mac,
      'hmac.',
      code,
    ];
    await store(forms);
    expect(await submit(code)).toMatchObject(TOTP_INVALID);
    // A stored hash is not a code, even for an attacker who has read it.
    expect(await submit(hash)).toMatchObject(TOTP_INVALID);
    await store([...forms, hash]);
    expect(await submit(code)).toMatchObject(PASSED);
  });

  it('verifies codes with every configured key and creates them with the first', async () => {
    const [, [code = '']] = await enrol();
    const before = await stored();
    const rotated = await app.another({ TOTP_ENCRYPTION_KEYS: `${NEW},${OLD}` });
    expect(await submit(code, rotated)).toMatchObject(PASSED);
    expect(await remaining(rotated)).toMatchObject({ remaining: 11 });
    const owner = user;
    await enrol(rotated);
    const keyOf = ([hash = '']: string[]): string | undefined => hash.split('.')[2];
    expect(keyOf(await stored())).not.toBe(keyOf(before));
    expect(keyOf(before)).toBe(
      (await users().findOne({ _id: owner.id }))?.services.totp.secret?.split('.')[2],
    );
    await rotated.close();
  });

  it('refuses and keeps codes whose key is missing, and counts them as not remaining', async () => {
    const [secret, codes] = await enrol();
    await users().updateOne({ _id: user.id }, { $set: { 'services.totp.secret': secret } });
    const [code = ''] = codes;
    for (const keys of [LOST, '']) {
      const without = await app.another({ TOTP_ENCRYPTION_KEYS: keys });
      without.clock.set(app.clock.now());
      expect(await submit(code, without)).toMatchObject(TOTP_INVALID);
      expect(await remaining(without)).toMatchObject({ remaining: 0 });
      expect(await submit(totpCode(secret, app.clock.now()), without)).toMatchObject(PASSED);
      expect(without.log.lines.join('\n')).toMatch(
        /Backup codes of user ".+" cannot be verified: TOTP_ENCRYPTION_KEYS lacks their key, [0-9a-f]{8}\./,
      );
      await without.close();
    }
    expect(await stored()).toHaveLength(12);
    expect(await submit(code)).toMatchObject(PASSED);
  });

  it('refuses a backup code when the key of the TOTP secret is missing, even if its own key is there', async () => {
    const [, [code = '']] = await enrol();
    const sealedElsewhere = await app.another({ TOTP_ENCRYPTION_KEYS: LOST });
    const other = user;
    await enrol(sealedElsewhere);
    const foreign = (await users().findOne({ _id: user.id }))?.services.totp.secret;
    user = other;
    await users().updateOne(
      { _id: user.id },
      { $set: { 'services.totp.secret': String(foreign) } },
    );
    expect(await submit(code)).toMatchObject(TOTP_INVALID);
    expect(await stored()).toHaveLength(12);
    await sealedElsewhere.close();
  });

  it('takes for a wrong backup code the statements of any wrong code', async () => {
    await enrol();
    await submit('wrong!');
    const names = async (code: string): Promise<string[]> =>
      (await app.commandsDuring(() => submit(code))).map(({ commandName }) => commandName);
    expect(await names('aB3dE5gH')).toEqual(await names('wrong!'));
  });
});

describe('backup codes without TOTP_ENCRYPTION_KEYS', () => {
  it('stores backup codes as every program of the workspace reads them', async () => {
    const app = await TestApp.start();
    app.clock.startStep();
    const user = await app.workspace.createUser();
    const answer = await app.call('/api/v1/users.regenerateTotpCodes', {
      method: 'POST',
      headers: { ...user.headers, 'content-type': 'application/json' },
      body: JSON.stringify({ code: user.codeAt(app.clock.now()) }),
    });
    const { codes } = answer.body as { codes: string[] };
    const stored = await app.workspace.db.collection<StoredUser>('users').findOne({ _id: user.id });
    expect(stored?.services.totp.hashedBackup).toEqual(codes.map(sha256));
    await app.close();
  });
});
