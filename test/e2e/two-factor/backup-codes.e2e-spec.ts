import { createHash } from 'node:crypto';
import { TotpRepository } from '../../../src/workspace-data/users/totp.repository';
import { TestApp } from '../../support/app';
import { describeCommand, expectIndexed } from '../../support/explain';
import { LOGIN_TOTP_INVALID, TOTP_INVALID, TOTP_MAX_ATTEMPTS } from '../../support/expectations';
import { HttpAnswer } from '../../support/http';
import { TestUser } from '../../support/workspace';

const PASSWORD = 'correct horse';
const CODES = ['aB3dE5gH', 'Zz9Yy8Xx', '23456789'];
const [CODE, OTHER] = CODES as [string, string];
const OK = { status: 200 };

interface StoredUser {
  _id: string;
  services: { totp: { enabled: boolean; hashedBackup: string[] } };
}

describe('backup codes', () => {
  let app: TestApp;
  let user: TestUser;
  let sessionId: string;

  const submit = (code: string, headers: Record<string, string> = {}): Promise<HttpAnswer> =>
    app.infoAdmin(sessionId, { ...user.headers, 'x-2fa-code': code, ...headers });
  const login = (code: string): Promise<HttpAnswer> =>
    app.login({ user: `user-${user.id}`, password: PASSWORD, code });
  const left = async (): Promise<string[]> => {
    const stored = await app.workspace.db.collection<StoredUser>('users').findOne({ _id: user.id });
    return stored?.services.totp.hashedBackup ?? [];
  };
  const fail = async (times: number): Promise<void> => {
    for (let i = 0; i < times; i++) expect(await submit('wrong!')).toMatchObject(TOTP_INVALID);
  };
  const commandsOf = async (action: () => Promise<unknown>): Promise<string[]> =>
    (await app.commandsDuring(action)).map(describeCommand);

  beforeAll(async () => {
    app = await TestApp.start();
    sessionId = String((await app.workspace.createSession()).sessionId);
  });
  beforeEach(async () => {
    app.clock.startStep();
    user = await app.workspace.createUser({ password: PASSWORD, backupCodes: CODES });
  });
  afterAll(() => app.close());

  it('accepts a backup code in place of a TOTP code, once each, in any order', async () => {
    for (const code of [...CODES].reverse()) {
      expect(await submit(code)).toMatchObject(OK);
      expect(await submit(code)).toMatchObject(TOTP_INVALID);
    }
    expect(await left()).toEqual([]);
    expect(await submit(user.codeAt(app.clock.now()))).toMatchObject(OK);
  });

  it('accepts a backup code at a login and uses it up', async () => {
    expect(await login(CODE)).toMatchObject(OK);
    expect(await login(CODE)).toMatchObject(LOGIN_TOTP_INVALID);
    expect(await submit(CODE)).toMatchObject(TOTP_INVALID);
    expect(await login(OTHER)).toMatchObject(OK);
    expect(await left()).toHaveLength(1);
  });

  it('keeps a backup code when a login has a wrong password', async () => {
    await app.login({ user: `user-${user.id}`, password: 'wrong', code: CODE });
    expect(await left()).toHaveLength(CODES.length);
  });

  it('removes a used backup code and keeps the others', async () => {
    await submit(CODE);
    const hashes = CODES.slice(1).map((code) => createHash('sha256').update(code).digest('hex'));
    expect(await left()).toEqual(hashes);
  });

  it.each<[string, string]>([
    ['in another case', CODE.toLowerCase()],
    ['that lacks a character', CODE.slice(1)],
    ['with an extra character', `${CODE}a`],
    ['given as its hash', createHash('sha256').update(CODE).digest('hex')],
    ['that is unknown', 'abcdefgh'],
    ['with another character inside', `${CODE.slice(0, 4)}.${CODE.slice(4)}`],
    ['joined to another one', `${CODE}, ${OTHER}`],
  ])('refuses a backup code %s, without a write to the users', async (_case, code) => {
    const commands = await commandsOf(async () => {
      expect(await submit(code)).toMatchObject(TOTP_INVALID);
    });
    expect(commands).not.toContain('update users');
    expect(await left()).toHaveLength(CODES.length);
  });

  it.each([null, 'text', 7, {}])(
    'refuses every backup code when the workspace holds %p as the list of codes',
    async (value) => {
      await app.workspace.db
        .collection<{ _id: string }>('users')
        .updateOne({ _id: user.id }, { $set: { 'services.totp.hashedBackup': value } });
      expect(await submit(CODE)).toMatchObject(TOTP_INVALID);
      expect(await submit(user.codeAt(app.clock.now()))).toMatchObject(OK);
    },
  );

  it('refuses a backup code while TOTP is not enabled', async () => {
    await app.workspace.db
      .collection<{ _id: string }>('users')
      .updateOne({ _id: user.id }, { $set: { 'services.totp.enabled': false } });
    expect((await submit(CODE)).status).toBe(400);
    expect(await left()).toHaveLength(CODES.length);
  });

  it('lets one of 20 parallel requests with one backup code pass and counts the others as attempts', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) => submit(CODE, { 'user-agent': `program ${i}` })),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    const isInvalid = ({ text }: HttpAnswer): boolean => text === TOTP_INVALID.text;
    expect(answers.filter(isInvalid)).toHaveLength(5);
    expect(answers.filter(({ text }) => text === TOTP_MAX_ATTEMPTS.text)).toHaveLength(14);
    expect(await left()).toHaveLength(CODES.length - 1);
  });

  it('refuses a used backup code that a stale read still finds, as a wrong code', async () => {
    await submit(CODE);
    await app.workspace.db.collection<StoredUser>('users').updateOne(
      { _id: user.id },
      {
        $push: { 'services.totp.hashedBackup': createHash('sha256').update(CODE).digest('hex') },
      },
    );
    await fail(4);
    expect(await submit(CODE)).toMatchObject(TOTP_INVALID);
    expect(await submit(CODE)).toMatchObject(TOTP_MAX_ATTEMPTS);
    expect(await left()).toHaveLength(CODES.length);
  });

  it('counts a backup code as wrong when it is used up elsewhere after it was verified', async () => {
    const stored = app.partOf(TotpRepository);
    for (let i = 0; i < 3; i++) {
      const losing = jest.spyOn(stored, 'spendBackupCode').mockResolvedValueOnce(false);
      expect(await submit(CODES[i] ?? '')).toMatchObject(TOTP_INVALID);
      losing.mockRestore();
    }
    await fail(2);
    expect(await submit('abcdefgh')).toMatchObject(TOTP_MAX_ATTEMPTS);
  });

  it('lets one of two parallel requests pass and tells the other that the code is wrong', async () => {
    const answers = await Promise.all([submit(CODE), submit(CODE)]);
    const [passed, refused] = answers.sort((a, b) => a.status - b.status);
    expect(passed).toMatchObject(OK);
    expect(refused).toMatchObject(TOTP_INVALID);
  });

  it('lets one of ten parallel logins with one backup code pass', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => login(CODE)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  it('keeps the count of wrong codes after a right backup code, and counts wrong ones', async () => {
    await fail(4);
    expect(await submit(CODE)).toMatchObject(OK);
    expect(await submit('abcdefgh')).toMatchObject(TOTP_INVALID);
    expect(await submit('abcdefgh')).toMatchObject(TOTP_MAX_ATTEMPTS);
  });

  it('neither verifies nor uses up a backup code during a lockout, and accepts it afterwards', async () => {
    await fail(5);
    const answers = await Promise.all(Array.from({ length: 10 }, () => submit(CODE)));
    for (const answer of answers) expect(answer).toMatchObject(TOTP_MAX_ATTEMPTS);
    expect(await left()).toHaveLength(CODES.length);
    app.clock.advance({ seconds: 900 });
    expect(await submit(CODE)).toMatchObject(OK);
  });

  it('uses up a backup code exactly when the answer says so, among any number of wrong codes', async () => {
    for (let round = 0; round < 5; round++) {
      user = await app.workspace.createUser({ password: PASSWORD, backupCodes: CODES });
      const guesses = Array.from({ length: 8 }, () => submit('abcdefgh'));
      const [right] = await Promise.all([submit(CODE), ...guesses]);
      expect(await left()).toHaveLength(right.status === 200 ? CODES.length - 1 : CODES.length);
    }
  });

  it('takes one statement on the users, by id, for a backup code and none for a TOTP code', async () => {
    const spending = await app.commandsDuring(() => submit(CODE));
    const names = spending.map(describeCommand);
    expect(names.filter((name) => name !== 'find rocketchat_permissions').slice(0, 4)).toEqual([
      'find users',
      'update ws_second_factors',
      'update ws_second_factors',
      'update users',
    ]);
    for (const command of spending) await expectIndexed(app.workspace.db, command);
    const code = user.codeAt(app.clock.now());
    expect(await commandsOf(() => submit(code))).not.toContain('update users');
  });

  it('stores no backup code in plain', async () => {
    await submit(CODE);
    await login(OTHER);
    const everything = await Promise.all(
      (await app.workspace.db.listCollections().toArray()).map(({ name }) =>
        app.workspace.db.collection(name).find().toArray(),
      ),
    );
    for (const code of CODES) expect(JSON.stringify(everything)).not.toContain(code);
  });
});
