import { createHash } from 'node:crypto';
import { BcryptHasher } from '../../../src/auth/bcrypt.hasher';
import { TestApp } from '../../support/app';
import { BAD_REQUEST, LOGIN_REFUSED } from '../../support/expectations';
import { HttpAnswer } from '../../support/http';
import { TestUser, UserOptions } from '../../support/workspace';

const PASSWORD = 'correct horse';
const FORM = 'application/x-www-form-urlencoded';
/** More fields than anything takes. */
const MANY: [string, string][] = Array.from({ length: 1000 }, (_, index) => [`field${index}`, 'x']);
const DIGEST = createHash('sha256').update(PASSWORD).digest('hex');

describe('POST /api/v1/login: what it takes', () => {
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
    // Nobody is blocked by what the test before showed.
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
    ['user: a username', () => ({ user: username, password: PASSWORD })],
    ['user: an e-mail address', () => ({ user: email, password: PASSWORD })],
    ['user: {username}', () => ({ user: { username }, password: PASSWORD })],
    ['user: {email}', () => ({ user: { email }, password: PASSWORD })],
    ['username', () => ({ username, password: PASSWORD })],
    ['email', () => ({ email, password: PASSWORD })],
    ['a digest', () => ({ user: username, password: { digest: DIGEST, algorithm: 'sha-256' } })],
    [
      'a digest in upper case',
      () => ({ email, password: { digest: DIGEST.toUpperCase(), algorithm: 'sha-256' } }),
    ],
    ['null for what is absent', () => ({ user: username, password: PASSWORD, code: null })],
    ['fields of other versions', () => ({ user: username, password: PASSWORD, ldap: true })],
    ['a whole login in totp', () => ({ totp: { login: { user: username, password: PASSWORD } } })],
    [
      'the login of the original, with a code that nobody asks for',
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
    ['a token in totp', () => ({ totp: { login: { resume: user.token }, code: '123456' } })],
    [
      'a password before totp',
      () => ({ user: username, password: PASSWORD, totp: { login: { user: 'nobody' } } }),
    ],
    ['blanks around a name', () => ({ user: ` ${username}\t`, password: PASSWORD })],
    ['blanks around an address', () => ({ user: { email: `\n${email} ` }, password: PASSWORD })],
    ['user before username', () => ({ user: username, username: 'nobody', password: PASSWORD })],
  ])('takes %s', async (_case, body) => {
    expectSignedIn(await app.login(body()));
  });

  it('takes a form', async () => {
    expectSignedIn(
      await form(new URLSearchParams({ user: username, password: PASSWORD }).toString()),
    );
    expectSignedIn(await form(new URLSearchParams({ email, password: PASSWORD }).toString()));
  });

  it('takes a name with the capital letters of a phone for the name in lower case', async () => {
    const rod = await create({
      fields: { username: 'rod', emails: [{ address: 'rod@example.com' }] },
    });
    for (const name of ['rod', 'Rod', 'ROD', 'Rod@Example.com']) {
      const answer = await app.login({ user: name, password: PASSWORD });
      expect(answer.body).toMatchObject({ data: { userId: rod.id } });
    }
  });

  it('tells users apart whose names differ in case only', async () => {
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

  it('takes a password of any characters', async () => {
    const password = 'pässwörd 🐎 \u0000 "$ne"';
    const somebody = await create({ password });
    const answer = await app.login({ user: `user-${somebody.id}`, password });
    expect(answer.body).toMatchObject({ data: { userId: somebody.id } });
  });

  it.each<[string, UserOptions]>([
    ['deactivated', { active: false }],
    ['neither active nor not', { fields: { active: undefined } }],
    ['without a password', { fields: { services: {} } }],
    ['without services', { fields: { services: undefined } }],
    [
      'with a stored password that cannot be read',
      { fields: { services: { password: { bcrypt: DIGEST } } } },
    ],
  ])('refuses a user who is %s', async (_case, options) => {
    const somebody = await create(options);
    const answer = await app.login({ user: `user-${somebody.id}`, password: PASSWORD });
    expect(answer).toMatchObject(LOGIN_REFUSED);
  });

  it.each<[string, () => unknown]>([
    ['a wrong password', () => ({ user: username, password: 'wrong' })],
    ['the digest as text', () => ({ user: username, password: DIGEST })],
    [
      'a wrong digest',
      () => ({ user: username, password: { digest: '0'.repeat(64), algorithm: 'sha-256' } }),
    ],
    ['a name and a blank in it', () => ({ user: username.replace('-', ' '), password: PASSWORD })],
    ['a username as an address', () => ({ email: username, password: PASSWORD })],
    ['an address as a username', () => ({ username: email, password: PASSWORD })],
    ['the id as a username', () => ({ user: user.id, password: PASSWORD })],
    ['a prefix of the name', () => ({ user: username.slice(0, -1), password: PASSWORD })],
    ['a pattern', () => ({ user: '.*', password: PASSWORD })],
    ['a NUL behind the name', () => ({ user: `${username}\u0000`, password: PASSWORD })],
    ['10,000 characters', () => ({ user: 'x'.repeat(10_000), password: 'x'.repeat(10_000) })],
    ['10,000 characters with an @', () => ({ user: '@'.repeat(10_000), password: PASSWORD })],
    ['__proto__ as a name', () => ({ user: '__proto__', password: PASSWORD })],
  ])('refuses %s, after the same work as for a wrong password', async (_case, body) => {
    const checks = jest.spyOn(app.app.get(BcryptHasher, { strict: false }), 'verify');
    expect(await app.login(body())).toMatchObject(LOGIN_REFUSED);
    expect(checks).toHaveBeenCalledTimes(1);
    checks.mockRestore();
  });

  it('does not take a lone surrogate for the character that a database puts in its place', async () => {
    await create({ fields: { username: 'lone-\ufffd' } });
    const answer = await app.login('{"user":"lone-\\ud800","password":"correct horse"}');
    expect(answer).toMatchObject(LOGIN_REFUSED);
  });

  it('compares a password also where there is nobody or no password to compare with', async () => {
    const checks = jest.spyOn(app.app.get(BcryptHasher, { strict: false }), 'verify');
    const gone = await create({ active: false });
    const sso = await app.workspace.createUser({ totp: false });
    for (const name of ['nobody', 'nobody@example.com', `user-${gone.id}`, `user-${sso.id}`]) {
      expect(await app.login({ user: name, password: PASSWORD })).toMatchObject(LOGIN_REFUSED);
    }
    expect(checks.mock.calls).toEqual(Array(4).fill([DIGEST, undefined, 'address:127.0.0.1']));
    checks.mockRestore();
  });

  it('sends the database as many commands for an unknown user as for a wrong password', async () => {
    const count = async (name: string): Promise<number> =>
      (await app.commandsDuring(() => app.login({ user: name, password: 'wrong' }))).length;
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
      'another algorithm',
      () => ({ user: username, password: { digest: DIGEST, algorithm: 'sha-1' } }),
    ],
    [
      'a digest that is none',
      () => ({ user: username, password: { digest: PASSWORD, algorithm: 'sha-256' } }),
    ],
    [
      'an operator as a digest',
      () => ({ user: username, password: { digest: operator, algorithm: 'sha-256' } }),
    ],
    ['blanks for a name', () => ({ user: ' \t', password: PASSWORD })],
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
      'a code of another kind in totp',
      () => ({ totp: { login: { user: username, password: PASSWORD }, code: operator } }),
    ],
    ['a code of another kind', () => ({ user: username, password: PASSWORD, code: operator })],
    ['a resume of another kind', () => ({ resume: operator, user: username, password: PASSWORD })],
    ['an empty resume', () => ({ resume: '', user: username, password: PASSWORD })],
    ['constructor', () => ({ user: { constructor: 'x' }, password: PASSWORD })],
  ])('refuses the malformed body: %s', async (_case, body) => {
    expect(await app.login(body())).toMatchObject(LOGIN_REFUSED);
  });

  it.each([
    ['an operator', 'user[$ne]=x&password=correct+horse'],
    ['an operator as the password', 'user=NAME&password[$ne]=x'],
    ['two names', 'user=NAME&user=NAME&password=correct+horse'],
    ['nothing', ''],
    ['half of a percent-encoding', 'user=%&password=%'],
    ['__proto__', '__proto__[user]=NAME&__proto__=x'],
  ])('refuses a form with %s', async (_case, body) => {
    expect(await form(body.replaceAll('NAME', username))).toMatchObject(LOGIN_REFUSED);
  });

  it('refuses a login without any body', async () => {
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
  ])('answers 400 to a right login that is sent as %j', async (type) => {
    const body = JSON.stringify({ user: username, password: PASSWORD });
    expect(await app.login(body, { 'content-type': type })).toMatchObject(BAD_REQUEST);
  });

  it.each<[string, string, string, number]>([
    ['not JSON', '{"user"', 'application/json', 400],
    ['poisoned', '{"__proto__":{"user":"x"},"password":"x"}', 'application/json', 400],
    ['poisoned within', '{"user":{"__proto__":{}},"password":"x"}', 'application/json', 400],
    ['in another language', '<a/>', 'application/xml', 400],
    ['too deep', `{"user":${'['.repeat(30_000)}${']'.repeat(30_000)}}`, 'application/json', 400],
    [
      'too deep by one level',
      `{"user":${'['.repeat(16)}${']'.repeat(16)}}`,
      'application/json',
      400,
    ],
    ['full of names', JSON.stringify(Object.fromEntries(MANY)), 'application/json', 400],
    ['a form of too many fields', new URLSearchParams(MANY).toString(), FORM, 400],
    ['too large', JSON.stringify({ user: 'x'.repeat(70_000) }), 'application/json', 413],
  ])('answers a 4xx to a body that is %s', async (_case, body, type, status) => {
    const answer = await app.login(body, { 'content-type': type });
    expect(answer).toMatchObject({ status, body: { success: false } });
  });
});
