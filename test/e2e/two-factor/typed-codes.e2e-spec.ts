import { createHash } from 'node:crypto';
import { TestApp } from '../../support/app';
import { LOGIN_TOTP_REQUIRED, TOTP_INVALID, TOTP_REQUIRED } from '../../support/expectations';
import { EmailScene } from '../../support/email-scene';
import { HttpAnswer } from '../../support/http';
import { TestUser } from '../../support/workspace';

const PASSWORD = 'correct horse - battery staple';
const OK = { status: 200 };

/** How users and their apps write a code. */
const WRITTEN: [string, (code: string) => string][] = [
  ['a space between groups', (code) => `${code.slice(0, 3)} ${code.slice(3)}`],
  ['a hyphen', (code) => `${code.slice(0, 4)}-${code.slice(4)}`],
  ['a no-break space', (code) => `${code.slice(0, 3)}\u00a0${code.slice(3)}`],
  [
    'a narrow no-break space and a dash',
    (code) => `\u202f${code.slice(0, 2)}\u2013${code.slice(2)}`,
  ],
  ['invisible characters', (code) => `\u200b${code.replace(/./g, '$&\u2060')}\ufeff`],
  ['tabs and a minus sign', (code) => `\t${code.slice(0, 1)}\u2212${code.slice(1)}\t`],
];

/** The UTF-8 bytes, as clients send a header. */
const asHeader = (text: string): string => Buffer.from(text).toString('latin1');

describe('separators in a submitted code', () => {
  let app: TestApp;
  let user: TestUser;

  const right = (): string => user.codeAt(app.clock.now());
  const submit = (code: string, by = user): Promise<HttpAnswer> =>
    app.call('/api/v1/sessions/list.all', { headers: { ...by.headers, 'x-2fa-code': code } });
  const login = (code: string): Promise<HttpAnswer> =>
    app.login({ user: `user-${user.id}`, password: PASSWORD, code });
  const post = (path: string, code: string, by = user): Promise<HttpAnswer> =>
    app.call(`/api/v1/${path}`, {
      method: 'POST',
      headers: { ...by.headers, 'content-type': 'application/json' },
      body: JSON.stringify({ code }),
    });

  beforeAll(async () => {
    app = await TestApp.start();
  });
  beforeEach(async () => {
    app.clock.startStep();
    const backupCodes = ['aB3dE5gH', 'Zz9Yy8Xx', '23456789'];
    user = await app.workspace.createUser({ password: PASSWORD, backupCodes });
  });
  afterAll(() => app.close());

  it.each(WRITTEN)('ignores %s in a header, at a login and in a body', async (_case, write) => {
    expect(await submit(asHeader(write(right())))).toMatchObject(OK);
    expect(await submit(asHeader(write('aB3dE5gH')))).toMatchObject(OK);
    app.clock.advance({ seconds: 30 });
    expect(await login(write(right()))).toMatchObject(OK);
    expect(await login(write('Zz9Yy8Xx'))).toMatchObject(OK);
    app.clock.advance({ seconds: 30 });
    expect(await post('users.regenerateTotpCodes', write(right()))).toMatchObject(OK);
    app.clock.advance({ seconds: 30 });
    expect(await post('users.disableTotp', write(right()))).toMatchObject(OK);
    const other = await app.workspace.createUser({ enrolling: true });
    const code = write(other.codeAt(app.clock.now()));
    expect(await post('users.validateTotp', code, other)).toMatchObject(OK);
  });

  it('ignores separators in a backup code that regenerates the codes', async () => {
    expect(await post('users.regenerateTotpCodes', 'aB3d-E5gH')).toMatchObject(OK);
    expect(await submit('aB3dE5gH')).toMatchObject(TOTP_INVALID);
  });

  it('recognises a used code and a repeated wrong guess in another spelling', async () => {
    const code = right();
    expect(await submit(code)).toMatchObject(OK);
    const other = await app.workspace.addLogin(user);
    expect(await submit(`${code.slice(0, 3)} ${code.slice(3)}`, other)).toMatchObject(TOTP_INVALID);
    expect(await submit('aB3dE5gH')).toMatchObject(OK);
    expect(await submit('aB3d E5gH')).toMatchObject(TOTP_INVALID);
  });

  it('treats separators alone as no code', async () => {
    expect(await submit('- -')).toMatchObject(TOTP_REQUIRED);
    expect(await submit(asHeader('\u00a0\u2013'))).toMatchObject(TOTP_REQUIRED);
    expect(await login(' - ')).toMatchObject(LOGIN_TOTP_REQUIRED);
    expect(await post('users.disableTotp', ' - ')).toMatchObject(TOTP_INVALID);
  });

  it('keeps separators in a password stand-in and in its digest', async () => {
    const digest = createHash('sha256').update(PASSWORD).digest('hex');
    const person = await app.workspace.createUser({ totp: false, password: PASSWORD });
    expect(await submit(PASSWORD, person)).toMatchObject(OK);
    expect(await submit(digest, person)).toMatchObject(OK);
    expect((await submit(PASSWORD.replaceAll(' ', ''), person)).status).toBe(400);
    expect((await submit(PASSWORD.replaceAll('-', ''), person)).status).toBe(400);
    const blank = await app.workspace.createUser({ totp: false, password: '-' });
    expect(await submit('-', blank)).toMatchObject(OK);
  });

  it.each([
    ['UTF-8', 'pässwörd 🐎', asHeader('pässwörd 🐎')],
    ['UTF-8', 'pässwörd', asHeader('pässwörd')],
    ['ISO 8859-1', 'pässwörd', 'pässwörd'],
  ])('takes a password that a header holds in %s: %s', async (_encoding, password, sent) => {
    const person = await app.workspace.createUser({ totp: false, password });
    expect(await submit(sent, person)).toMatchObject(OK);
    expect((await submit(sent.replace('w', 'v'), person)).status).toBe(400);
  });

  it('ignores separators in a code by e-mail', async () => {
    const scene = await EmailScene.start();
    const person = await scene.person();
    await scene.show(person);
    const [code = ''] = scene.mailsTo(person);
    expect(
      await scene.show(person, asHeader(`${code.slice(0, 3)}\u202f-${code.slice(3)}`)),
    ).toMatchObject(OK);
    await scene.app.close();
  });
});
