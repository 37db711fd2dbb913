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

  const show = (code: string, headers: Record<string, string> = {}): Promise<HttpAnswer> =>
    app.infoAdmin(sessionId, { ...user.headers, 'x-2fa-code': code, ...headers });
  const login = (code: string): Promise<HttpAnswer> =>
    app.login({ user: `user-${user.id}`, password: PASSWORD, code });
  const left = async (): Promise<string[]> => {
    const stored = await app.workspace.db.collection<StoredUser>('users').findOne({ _id: user.id });
    return stored?.services.totp.hashedBackup ?? [];
  };
  const fail = async (times: number): Promise<void> => {
    for (let i = 0; i < times; i++) expect(await show('wrong!')).toMatchObject(TOTP_INVALID);
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

  it('stand in for a TOTP code, once each, in any order', async () => {
    for (const code of [...CODES].reverse()) {
      expect(await show(code)).toMatchObject(OK);
      expect(await show(code)).toMatchObject(TOTP_INVALID);
    }
    expect(await left()).toEqual([]);
    expect(await show(user.codeAt(app.clock.now()))).toMatchObject(OK);
  });

  it('stand in for it at a login, and are spent there as well', async () => {
    expect(await login(CODE)).toMatchObject(OK);
    expect(await login(CODE)).toMatchObject(LOGIN_TOTP_INVALID);
    expect(await show(CODE)).toMatchObject(TOTP_INVALID);
    expect(await login(OTHER)).toMatchObject(OK);
    expect(await left()).toHaveLength(1);
  });

  it('are not spent by a login with a wrong password', async () => {
    await app.login({ user: `user-${user.id}`, password: 'wrong', code: CODE });
    expect(await left()).toHaveLength(CODES.length);
  });

  it('are spent on use: the others stay', async () => {
    await show(CODE);
    const hashes = CODES.slice(1).map((code) => createHash('sha256').update(code).digest('hex'));
    expect(await left()).toEqual(hashes);
  });

  it.each<[string, string]>([
    ['in another case', CODE.toLowerCase()],
    ['a character short', CODE.slice(1)],
    ['a character long', `${CODE}a`],
    ['its hash', createHash('sha256').update(CODE).digest('hex')],
    ['an unknown one', 'abcdefgh'],
    ['with another character inside', `${CODE.slice(0, 4)}.${CODE.slice(4)}`],
    ['two at once', `${CODE}, ${OTHER}`],
  ])('are refused %s, without a write to the users', async (_case, code) => {
    const commands = await commandsOf(async () => {
      expect(await show(code)).toMatchObject(TOTP_INVALID);
    });
    expect(commands).not.toContain('update users');
    expect(await left()).toHaveLength(CODES.length);
  });

  it.each([null, 'text', 7, {}])(
    'are none where the workspace holds %p for them',
    async (value) => {
      await app.workspace.db
        .collection<{ _id: string }>('users')
        .updateOne({ _id: user.id }, { $set: { 'services.totp.hashedBackup': value } });
      expect(await show(CODE)).toMatchObject(TOTP_INVALID);
      expect(await show(user.codeAt(app.clock.now()))).toMatchObject(OK);
    },
  );

  it('are no use while TOTP is not enabled', async () => {
    await app.workspace.db
      .collection<{ _id: string }>('users')
      .updateOne({ _id: user.id }, { $set: { 'services.totp.enabled': false } });
    expect((await show(CODE)).status).toBe(400);
    expect(await left()).toHaveLength(CODES.length);
  });

  it('let one of 20 parallel requests pass: the others are wrong codes, or not judged', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) => show(CODE, { 'user-agent': `program ${i}` })),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    const isInvalid = ({ text }: HttpAnswer): boolean => text === TOTP_INVALID.text;
    expect(answers.filter(isInvalid)).toHaveLength(5);
    expect(answers.filter(({ text }) => text === TOTP_MAX_ATTEMPTS.text)).toHaveLength(14);
    expect(await left()).toHaveLength(CODES.length - 1);
  });

  it('are used up in the ledger as well: one that was read before it was spent counts as wrong', async () => {
    await show(CODE);
    await app.workspace.db.collection<StoredUser>('users').updateOne(
      { _id: user.id },
      {
        $push: { 'services.totp.hashedBackup': createHash('sha256').update(CODE).digest('hex') },
      },
    );
    await fail(4);
    expect(await show(CODE)).toMatchObject(TOTP_INVALID);
    expect(await show(CODE)).toMatchObject(TOTP_MAX_ATTEMPTS);
    expect(await left()).toHaveLength(CODES.length);
  });

  it('count as wrong when somebody else spends them after they were judged', async () => {
    const stored = app.app.get(TotpRepository, { strict: false });
    for (let i = 0; i < 3; i++) {
      const losing = jest.spyOn(stored, 'spendBackupCode').mockResolvedValueOnce(false);
      expect(await show(CODES[i] ?? '')).toMatchObject(TOTP_INVALID);
      losing.mockRestore();
    }
    await fail(2);
    expect(await show('abcdefgh')).toMatchObject(TOTP_MAX_ATTEMPTS);
  });

  it('let one of two parallel requests pass and tell the other that the code is wrong', async () => {
    const answers = await Promise.all([show(CODE), show(CODE)]);
    const [passed, refused] = answers.sort((a, b) => a.status - b.status);
    expect(passed).toMatchObject(OK);
    expect(refused).toMatchObject(TOTP_INVALID);
  });

  it('let one of ten parallel logins pass', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => login(CODE)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  it('forgive no wrong one, and wrong ones count', async () => {
    await fail(4);
    expect(await show(CODE)).toMatchObject(OK);
    expect(await show('abcdefgh')).toMatchObject(TOTP_INVALID);
    expect(await show('abcdefgh')).toMatchObject(TOTP_MAX_ATTEMPTS);
  });

  it('are neither judged nor spent while the user is locked out, and work after it', async () => {
    await fail(5);
    const answers = await Promise.all(Array.from({ length: 10 }, () => show(CODE)));
    for (const answer of answers) expect(answer).toMatchObject(TOTP_MAX_ATTEMPTS);
    expect(await left()).toHaveLength(CODES.length);
    app.clock.advance({ seconds: 900 });
    expect(await show(CODE)).toMatchObject(OK);
  });

  it('are spent exactly when the answer says so, however many wrong codes come at the same time', async () => {
    for (let round = 0; round < 5; round++) {
      user = await app.workspace.createUser({ password: PASSWORD, backupCodes: CODES });
      const guesses = Array.from({ length: 8 }, () => show('abcdefgh'));
      const [right] = await Promise.all([show(CODE), ...guesses]);
      expect(await left()).toHaveLength(right.status === 200 ? CODES.length - 1 : CODES.length);
    }
  });

  it('cost one statement on the users, found by their id; a TOTP code costs none', async () => {
    const spending = await app.commandsDuring(() => show(CODE));
    const names = spending.map(describeCommand);
    expect(names.filter((name) => name !== 'find rocketchat_permissions').slice(0, 4)).toEqual([
      'find users',
      'update ws_second_factors',
      'update ws_second_factors',
      'update users',
    ]);
    for (const command of spending) await expectIndexed(app.workspace.db, command);
    const code = user.codeAt(app.clock.now());
    expect(await commandsOf(() => show(code))).not.toContain('update users');
  });

  it('are kept nowhere in plain', async () => {
    await show(CODE);
    await login(OTHER);
    const everything = await Promise.all(
      (await app.workspace.db.listCollections().toArray()).map(({ name }) =>
        app.workspace.db.collection(name).find().toArray(),
      ),
    );
    for (const code of CODES) expect(JSON.stringify(everything)).not.toContain(code);
  });
});
