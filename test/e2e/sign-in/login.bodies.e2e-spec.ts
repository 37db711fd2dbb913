import { createHash } from 'node:crypto';
import { BcryptHasher } from '../../../src/auth/bcrypt.hasher';
import { TestApp } from '../../support/app';
import { BAD_REQUEST, LOGIN_REFUSED } from '../../support/expectations';
import { HttpAnswer } from '../../support/http';
import { TestUser, UserOptions } from '../../support/workspace';

const PASSWORD = 'correct horse';
const FORM = 'application/x-www-form-urlencoded';
/** More fields than any body may have. */
const MANY: [string, string][] = Array.from({ length: 1000 }, (_, index) => [`field${index}`, 'x']);
const DIGEST = createHash('sha256').update(PASSWORD).digest('hex');

describe('POST /api/v1/login: request bodies', () => {
  let app: TestApp;
  let user: TestUser;
  let username: string;
  let email: string;

  beforeAll(async () => {
    app = await TestApp.start();
    user = await app.workspace.createUser({ password: PASSWORD, totp: false });
    username = `user-${user.id}`;
    email = `${user.id}@example.com`;
  });
  beforeEach(() => {
    // Ends a block that the previous test may have caused.
    app.clock.advance({ seconds: 300 });
  });
  afterAll(() => app.close());

  const create = (options: UserOptions = {}): Promise<TestUser> =>
    app.workspace.createUser({ password: PASSWORD, totp: false, ...options });

  const form = (body: string): Promise<HttpAnswer> => app.login(body, { 'content-type': FORM });

  const expectSignedIn = (answer: HttpAnswer): void => {
    expect(answer).toMatchObject({ status: 200, body: { data: { userId: user.id } } });
  };

  it.each<[string, () => object]>([
    ['a username as user', () => ({ user: username, password: PASSWORD })],
    ['an e-mail address as user', () => ({ user: email, password: PASSWORD })],
    ['{username} as user', () => ({ user: { username }, password: PASSWORD })],
    ['{email} as user', () => ({ user: { email }, password: PASSWORD })],
    ['a top-level username', () => ({ username, password: PASSWORD })],
    ['a top-level email', () => ({ email, password: PASSWORD })],
    [
      'a SHA-256 digest',
      () => ({ user: username, password: { digest: DIGEST, algorithm: 'sha-256' } }),
    ],
    [
      'an upper-case digest',
      () => ({ email, password: { digest: DIGEST.toUpperCase(), algorithm: 'sha-256' } }),
    ],
    ['null for an absent field', () => ({ user: username, password: PASSWORD, code: null })],
    [
      'fields of other Rocket.Chat versions',
      () => ({ user: username, password: PASSWORD, ldap: true }),
    ],
    [
      'a whole login wrapped in totp',
      () => ({ totp: { login: { user: username, password: PASSWORD } } }),
    ],
    [
      "the format of Rocket.Chat's clients, with a code that is not needed",
      () => ({
        totp: {
          login: {
            user: { email },
            password: { digest: DIGEST, algorithm: 'sha-256' },
          },
          code: '123456',
        },
      }),
    ],
    [
      'a resume token wrapped in totp',
      () => ({ totp: { login: { resume: user.token }, code: '123456' } }),
    ],
    [
      'a password, which takes precedence over totp',
      () => ({ user: username, password: PASSWORD, totp: { login: { user: 'nobody' } } }),
    ],
    ['whitespace around a username', () => ({ user: ` ${username}\t`, password: PASSWORD })],
    [
      'whitespace around an address',
      () => ({ user: { email: `\n${email} ` }, password: PASSWORD }),
    ],
    [
      'user, which takes precedence over username',
      () => ({ user: username, username: 'nobody', password: PASSWORD }),
    ],
  ])('signs in with %s', async (_case, body) => {
    expectSignedIn(await app.login(body()));
  });

  it('signs in with a form-encoded body', async () => {
    expectSignedIn(
      await form(new URLSearchParams({ user: username, password: PASSWORD }).toString()),
    );
    expectSignedIn(await form(new URLSearchParams({ email, password: PASSWORD }).toString()));
  });

  it('matches a username or an address that a phone has capitalised', async () => {
    const rod = await create({
      fields: { username: 'rod', emails: [{ address: 'rod@example.com' }] },
    });
    for (const name of ['rod', 'Rod', 'ROD', 'Rod@Example.com']) {
      const answer = await app.login({ user: name, password: PASSWORD });
      expect(answer.body).toMatchObject({ data: { userId: rod.id } });
    }
  });

  it('distinguishes users whose names differ only in case', async () => {
    const lower = await create({ fields: { username: 'two' } });
    const upper = await create({ fields: { username: 'Two' } });
    for (const [name, { id }] of [
      ['two', lower],
      ['Two', upper],
    ] as const) {
      const answer = await app.login({ user: name, password: PASSWORD });
      expect(answer.body).toMatchObject({ data: { userId: id } });
    }
    expect(await app.login({ user: 'TWO', password: PASSWORD })).toMatchObject(LOGIN_REFUSED);
  });

  it('accepts a password of any characters', async () => {
    const password = 'pässwörd 🐎 \u0000 "$ne"';
    const other = await create({ password });
    const answer = await app.login({ user: `user-${other.id}`, password });
    expect(answer.body).toMatchObject({ data: { userId: other.id } });
  });

  it.each<[string, UserOptions]>([
    ['who is deactivated', { active: false }],
    ['without an active flag', { fields: { active: undefined } }],
    ['without a password', { fields: { services: {} } }],
    ['without services', { fields: { services: undefined } }],
    [
      'whose stored password cannot be read',
      { fields: { services: { password: { bcrypt: DIGEST } } } },
    ],
  ])('answers 401 to a user %s', async (_case, options) => {
    const other = await create(options);
    const answer = await app.login({ user: `user-${other.id}`, password: PASSWORD });
    expect(answer).toMatchObject(LOGIN_REFUSED);
  });

  it.each<[string, () => unknown]>([
    ['a wrong password', () => ({ user: username, password: 'wrong' })],
    ['the digest sent as the password', () => ({ user: username, password: DIGEST })],
    [
      'a wrong digest',
      () => ({ user: username, password: { digest: '0'.repeat(64), algorithm: 'sha-256' } }),
    ],
    ['a name with a space in it', () => ({ user: username.replace('-', ' '), password: PASSWORD })],
    ['a username as an address', () => ({ email: username, password: PASSWORD })],
    ['an address as a username', () => ({ username: email, password: PASSWORD })],
    ['the id as a username', () => ({ user: user.id, password: PASSWORD })],
    ['a prefix of the name', () => ({ user: username.slice(0, -1), password: PASSWORD })],
    ['a pattern', () => ({ user: '.*', password: PASSWORD })],
    ['a NUL after the name', () => ({ user: `${username}\u0000`, password: PASSWORD })],
    ['10,000 characters', () => ({ user: 'x'.repeat(10_000), password: 'x'.repeat(10_000) })],
    ['10,000 characters with an @', () => ({ user: '@'.repeat(10_000), password: PASSWORD })],
    ['__proto__ as a name', () => ({ user: '__proto__', password: PASSWORD })],
  ])('answers 401 to %s after exactly one password verification', async (_case, body) => {
    const checks = jest.spyOn(app.partOf(BcryptHasher), 'verify');
    expect(await app.login(body())).toMatchObject(LOGIN_REFUSED);
    expect(checks).toHaveBeenCalledTimes(1);
    checks.mockRestore();
  });

  it('does not match a lone surrogate with the replacement character that a database stores', async () => {
    await create({ fields: { username: 'lone-\ufffd' } });
    const answer = await app.login('{"user":"lone-\\ud800","password":"correct horse"}');
    expect(answer).toMatchObject(LOGIN_REFUSED);
  });

  it('verifies a password even without a user or a stored password to verify it against', async () => {
    const checks = jest.spyOn(app.partOf(BcryptHasher), 'verify');
    const gone = await create({ active: false });
    const sso = await app.workspace.createUser({ totp: false });
    for (const name of ['nobody', 'nobody@example.com', `user-${gone.id}`, `user-${sso.id}`]) {
      expect(await app.login({ user: name, password: PASSWORD })).toMatchObject(LOGIN_REFUSED);
    }
    expect(checks.mock.calls).toEqual(Array(4).fill([DIGEST, undefined, 'address:127.0.0.1']));
    checks.mockRestore();
  });

  it('sends the same number of database commands for an unknown user as for a wrong password', async () => {
    const count = async (name: string): Promise<number> =>
      (await app.commandsDuring(() => app.login({ user: name, password: 'wrong' }))).length;
    // The first request of an address in a minute takes one more.
    await count('unknown');
    expect(await count('unknown')).toBe(await count(username));
  });

  const operator = { $ne: '' };
  it.each<[string, () => unknown]>([
    ['nothing', () => ({})],
    ['null', () => null],
    ['text', () => '"user"'],
    ['a number', () => 1],
    ['a list', () => [{ user: username, password: PASSWORD }]],
    ['no password', () => ({ user: username })],
    ['no name', () => ({ password: PASSWORD })],
    ['empty texts', () => ({ user: '', password: '' })],
    ['an operator as user', () => ({ user: operator, password: PASSWORD })],
    ['an operator as username', () => ({ user: { username: operator }, password: PASSWORD })],
    ['an operator as bare username', () => ({ username: operator, password: PASSWORD })],
    ['an operator as email', () => ({ email: operator, password: PASSWORD })],
    ['a list of names', () => ({ user: [username], password: PASSWORD })],
    ['two names in one', () => ({ user: { username, email }, password: PASSWORD })],
    ['an id in place of a name', () => ({ user: { id: user.id }, password: PASSWORD })],
    ['a number as a name', () => ({ user: 1, password: PASSWORD })],
    ['false as a name', () => ({ user: false, username, password: PASSWORD })],
    ['an operator as password', () => ({ user: username, password: operator })],
    ['a list of passwords', () => ({ user: username, password: [PASSWORD] })],
    ['a number as a password', () => ({ user: username, password: 1 })],
    ['a digest without its algorithm', () => ({ user: username, password: { digest: DIGEST } })],
    [
      'an unsupported algorithm',
      () => ({ user: username, password: { digest: DIGEST, algorithm: 'sha-1' } }),
    ],
    [
      'a digest that is not hexadecimal',
      () => ({ user: username, password: { digest: PASSWORD, algorithm: 'sha-256' } }),
    ],
    [
      'an operator as a digest',
      () => ({ user: username, password: { digest: operator, algorithm: 'sha-256' } }),
    ],
    ['a blank name', () => ({ user: ' \t', password: PASSWORD })],
    ['text in totp', () => ({ totp: username })],
    ['a list in totp', () => ({ totp: [{ login: { user: username, password: PASSWORD } }] })],
    ['nothing in totp', () => ({ totp: {} })],
    ['text as the login in totp', () => ({ totp: { login: username, code: '123456' } })],
    [
      'an operator in totp',
      () => ({ totp: { login: { user: operator, password: PASSWORD }, code: '1' } }),
    ],
    [
      'totp in totp',
      () => ({ totp: { login: { totp: { login: { user: username, password: PASSWORD } } } } }),
    ],
    [
      'a code of the wrong type in totp',
      () => ({ totp: { login: { user: username, password: PASSWORD }, code: operator } }),
    ],
    ['a code of the wrong type', () => ({ user: username, password: PASSWORD, code: operator })],
    [
      'a resume token of the wrong type',
      () => ({ resume: operator, user: username, password: PASSWORD }),
    ],
    ['an empty resume token', () => ({ resume: '', user: username, password: PASSWORD })],
    ['constructor', () => ({ user: { constructor: 'x' }, password: PASSWORD })],
  ])('answers 401 to a malformed body: %s', async (_case, body) => {
    expect(await app.login(body())).toMatchObject(LOGIN_REFUSED);
  });

  it.each([
    ['an operator', 'user[$ne]=x&password=correct+horse'],
    ['an operator as the password', 'user=NAME&password[$ne]=x'],
    ['two names', 'user=NAME&user=NAME&password=correct+horse'],
    ['nothing', ''],
    ['half of a percent-encoding', 'user=%&password=%'],
    ['__proto__', '__proto__[user]=NAME&__proto__=x'],
  ])('answers 401 to a form with %s', async (_case, body) => {
    expect(await form(body.replaceAll('NAME', username))).toMatchObject(LOGIN_REFUSED);
  });

  it('answers 401 to a login without a body', async () => {
    const bare = await app.call('/api/v1/login', { method: 'POST' });
    expect(bare).toMatchObject(LOGIN_REFUSED);
    expect(await app.login('', { 'content-type': 'text/plain' })).toMatchObject(LOGIN_REFUSED);
  });

  it.each([
    'text/plain',
    'text/plain;charset=UTF-8',
    'text/plain; application/json',
    'text/json',
    'multipart/form-data; boundary=x',
    'application/json, text/plain',
    'application',
    'json',
    '/',
    ';',
    '',
  ])('answers 400 to valid credentials of content type %j', async (type) => {
    const body = JSON.stringify({ user: username, password: PASSWORD });
    expect(await app.login(body, { 'content-type': type })).toMatchObject(BAD_REQUEST);
  });

  it.each<[string, string, string, number]>([
    ['not JSON', '{"user"', 'application/json', 400],
    [
      'poisoned with __proto__',
      '{"__proto__":{"user":"x"},"password":"x"}',
      'application/json',
      400,
    ],
    [
      'poisoned with a nested __proto__',
      '{"user":{"__proto__":{}},"password":"x"}',
      'application/json',
      400,
    ],
    ['XML', '<a/>', 'application/xml', 400],
    [
      'nested far too deeply',
      `{"user":${'['.repeat(30_000)}${']'.repeat(30_000)}}`,
      'application/json',
      400,
    ],
    [
      'nested one level too deeply',
      `{"user":${'['.repeat(16)}${']'.repeat(16)}}`,
      'application/json',
      400,
    ],
    ['full of fields', JSON.stringify(Object.fromEntries(MANY)), 'application/json', 400],
    ['a form with too many fields', new URLSearchParams(MANY).toString(), FORM, 400],
    ['too large', JSON.stringify({ user: 'x'.repeat(70_000) }), 'application/json', 413],
  ])('answers a 4xx to a body that is %s', async (_case, body, type, status) => {
    const answer = await app.login(body, { 'content-type': type });
    expect(answer).toMatchObject({ status, body: { success: false } });
  });
});
