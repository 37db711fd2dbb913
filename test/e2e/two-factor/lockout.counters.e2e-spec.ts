import { TestApp } from '../../support/app';
import { LOGIN_TOTP_INVALID, TOTP_INVALID, TOTP_MAX_ATTEMPTS } from '../../support/expectations';
import { tally, wrongCodes } from '../../support/guesses';
import { HttpAnswer } from '../../support/http';
import { TestUser } from '../../support/workspace';

const PASSWORD = 'correct horse';
const OK = { status: 200 };
const CAP = 5;
const CAP_PER_USER = 25;
const WINDOW = { seconds: 900 };

interface StoredRecord {
  _id: string;
  attempts?: { at: Date }[];
  expiresAt: Date;
}

/** Which wrong codes are counted together (docs/adr/0003); `lockout.e2e-spec.ts` tests parallel guesses. */
describe('two-factor lockout counters', () => {
  let app: TestApp;
  let user: TestUser;
  let sessionId: string;

  const right = (): string => user.codeAt(app.clock.now());
  const submit = (by: TestUser, code = right(), agent = 'owner'): Promise<HttpAnswer> =>
    app.infoAdmin(sessionId, { ...by.headers, 'x-2fa-code': code, 'user-agent': agent });
  const signIn = (code = right()): Promise<HttpAnswer> =>
    app.login({ user: `user-${user.id}`, password: PASSWORD, code });
  const useUp = async (by: TestUser, times = CAP): Promise<void> => {
    for (let n = 0; n < times; n++) expect(await submit(by, 'wrong!')).toMatchObject(TOTP_INVALID);
  };
  const logins = (count: number): Promise<TestUser[]> =>
    Promise.all(Array.from({ length: count }, () => app.workspace.addLogin(user)));
  const records = (filter: object): Promise<StoredRecord[]> =>
    app.workspace.db.collection<StoredRecord>('ws_second_factors').find(filter).toArray();

  beforeAll(async () => {
    app = await TestApp.start({ REQUEST_TIMEOUT_MS: '30000', DATABASE_TIMEOUT_MS: '30000' });
    sessionId = String((await app.workspace.createSession()).sessionId);
  });
  beforeEach(async () => {
    app.clock.startStep();
    user = await app.workspace.createUser({ password: PASSWORD });
  });
  afterAll(() => app.close());

  describe('attempts of a login token', () => {
    it('locks out a stolen token alone, and neither the other logins nor sign-in', async () => {
      const [stolen] = await logins(1);
      await useUp(stolen ?? user);
      expect(await submit(stolen ?? user)).toMatchObject(TOTP_MAX_ATTEMPTS);
      expect(await submit(user)).toMatchObject(OK);
      app.clock.advance({ seconds: 30 });
      expect(await signIn()).toMatchObject(OK);
      // Neither of these resets the count of the stolen token.
      expect(await submit(stolen ?? user)).toMatchObject(TOTP_MAX_ATTEMPTS);
    });

    it('lets the owner pass while a stolen token makes a hundred guesses at once', async () => {
      const [stolen = user] = await logins(1);
      await useUp(stolen);
      const codes = wrongCodes(100, user.secret, app.clock.now());
      const thief = codes.map((code) => submit(stolen, code, 'thief'));
      const owner = Array.from({ length: 20 }, () => submit(user));
      expect(tally(await Promise.all(owner))).toEqual({ passed: 20, invalid: 0, locked: 0 });
      expect(tally(await Promise.all(thief))).toEqual({ passed: 0, invalid: 0, locked: 100 });
    }, 30_000);

    it.each([false, true])(
      'counts a personal access token by itself, bypassing: %s',
      async (bypass) => {
        const program = await app.workspace.addAccessToken(user, { bypassTwoFactor: bypass });
        const guess = (code: string): Promise<HttpAnswer> =>
          app.call('/api/v1/users.disableTotp', {
            method: 'POST',
            headers: { ...program.headers, 'content-type': 'application/json' },
            body: JSON.stringify({ code }),
          });
        for (let n = 0; n < CAP; n++) expect(await guess('wrong!')).toMatchObject(TOTP_INVALID);
        expect(await guess(right())).toMatchObject(TOTP_MAX_ATTEMPTS);
        expect(await submit(user)).toMatchObject(OK);
      },
    );
  });

  describe('attempts of a user over all tokens', () => {
    it(`verifies ${CAP_PER_USER} codes, however many tokens guess at once`, async () => {
      const tokens = await logins(8);
      const codes = wrongCodes(8 * CAP, user.secret, app.clock.now());
      const answers = await Promise.all(
        codes.map((code, n) => submit(tokens[n % tokens.length] ?? user, code)),
      );
      const locked = codes.length - CAP_PER_USER;
      expect(tally(answers)).toEqual({ passed: 0, invalid: CAP_PER_USER, locked });
      for (const token of [...tokens, user]) {
        expect(await submit(token)).toMatchObject(TOTP_MAX_ATTEMPTS);
      }
      // The owner can still sign in after losing that many tokens.
      expect(await signIn()).toMatchObject(OK);
    });

    it('charges no attempt to a token while its user is locked out, so it has all of them afterwards', async () => {
      for (const token of await logins(CAP_PER_USER / CAP)) await useUp(token);
      app.clock.advance({ seconds: 890 });
      for (let n = 0; n < 2 * CAP; n++) {
        const answer = await submit(user, 'wrong!');
        expect(answer).toMatchObject(TOTP_MAX_ATTEMPTS);
        expect(answer.headers['retry-after']).toBe('10');
      }
      app.clock.advance({ seconds: 10 });
      expect(await submit(user)).toMatchObject(OK);
      await useUp(user);
      expect(await submit(user)).toMatchObject(TOTP_MAX_ATTEMPTS);
    });

    it('counts each user separately', async () => {
      for (const token of await logins(CAP_PER_USER / CAP)) await useUp(token);
      user = await app.workspace.createUser();
      await useUp(user);
    });
  });

  describe('attempts at sign-in', () => {
    it('counts sign-ins separately: they lock no token out, and no token locks them out', async () => {
      for (let n = 0; n < CAP; n++)
        expect(await signIn('wrong!')).toMatchObject(LOGIN_TOTP_INVALID);
      const locked = await signIn();
      expect(locked).toMatchObject(TOTP_MAX_ATTEMPTS);
      expect(locked.headers['retry-after']).toBe('900');
      await useUp(user, CAP - 1);
      expect(await submit(user)).toMatchObject(OK);
      app.clock.advance(WINDOW);
      expect(await signIn()).toMatchObject(OK);
    });

    it('counts no code at a sign-in with a wrong password', async () => {
      const wrong = { user: `user-${user.id}`, password: 'wrong', code: 'wrong!' };
      for (let n = 0; n < CAP + 1; n++) await app.login(wrong);
      expect(await signIn()).toMatchObject(OK);
    });
  });

  describe('lockout window', () => {
    it('counts each wrong code for a window of its own, and says in Retry-After when there is room', async () => {
      await useUp(user, 1);
      app.clock.advance({ seconds: 600 });
      await useUp(user, CAP - 1);
      const first = await submit(user);
      expect(first).toMatchObject(TOTP_MAX_ATTEMPTS);
      expect(first.headers['retry-after']).toBe('300');
      app.clock.advance({ seconds: 299.999 });
      expect((await submit(user)).headers['retry-after']).toBe('1');
      app.clock.advance({ seconds: 0.001 });
      await useUp(user, 1);
      const second = await submit(user);
      expect(second).toMatchObject(TOTP_MAX_ATTEMPTS);
      expect(second.headers['retry-after']).toBe('600');
      app.clock.advance({ seconds: 600 });
      await useUp(user, CAP - 1);
      expect(await submit(user)).toMatchObject(TOTP_MAX_ATTEMPTS);
    });

    it('keeps every wrong code counted until its window is over', async () => {
      await useUp(user, CAP - 1);
      expect(await submit(user)).toMatchObject(OK);
      app.clock.advance({ seconds: 30 });
      expect(await signIn()).toMatchObject(OK);
      app.clock.advance({ seconds: 30 });
      expect(await submit(user)).toMatchObject(OK);
      await useUp(user, 1);
      expect(await submit(user)).toMatchObject(TOTP_MAX_ATTEMPTS);
      const other = await app.workspace.addLogin(user);
      expect(await submit(other)).toMatchObject(TOTP_INVALID);
    });

    it('takes the window and the number of attempts from the configuration', async () => {
      const strict = await app.another({
        TWO_FACTOR_MAX_ATTEMPTS: '3',
        TWO_FACTOR_MAX_ATTEMPTS_PER_USER: '4',
        TWO_FACTOR_ATTEMPT_WINDOW_SECONDS: '20',
      });
      const ask = (by: TestUser, code: string): Promise<HttpAnswer> =>
        strict.infoAdmin(sessionId, { ...by.headers, 'x-2fa-code': code });
      const other = await app.workspace.addLogin(user);
      const statuses = [];
      for (const by of [user, user, user, user, other, other]) {
        statuses.push((await ask(by, 'wrong!')).status);
      }
      expect(statuses).toEqual([400, 400, 400, 429, 400, 429]);
      strict.clock.advance({ seconds: 20 });
      expect(await ask(user, user.codeAt(strict.clock.now()))).toMatchObject(OK);
      await strict.close();
    });

    it('keeps attempts counted that were made under a higher limit', async () => {
      const generous = await app.another({ TWO_FACTOR_MAX_ATTEMPTS: '9' });
      const headers = { ...user.headers, 'x-2fa-code': 'wrong!' };
      for (let n = 0; n < 9; n++) {
        expect((await generous.infoAdmin(sessionId, headers)).status).toBe(400);
        generous.clock.advance({ seconds: 1 });
      }
      await generous.close();
      app.clock.advance({ seconds: 903 });
      const answer = await submit(user);
      expect(answer).toMatchObject(TOTP_MAX_ATTEMPTS);
      expect(answer.headers['retry-after']).toBe('1');
      app.clock.advance({ seconds: 1 });
      expect(await submit(user)).toMatchObject(OK);
    });
  });

  it('keeps small records for a limited time, without codes, tokens or hashes of tokens', async () => {
    const codes = wrongCodes(30, user.secret, app.clock.now());
    for (const code of codes) await submit(user, code);
    for (const code of codes) await signIn(code);
    const kept = await records({ attempts: { $exists: true } });
    const mine = kept.filter(({ _id }) => [`user:${user.id}`, `login:${user.id}`].includes(_id));
    expect(mine.map(({ attempts }) => attempts?.length)).toEqual([CAP, CAP]);
    for (const { attempts = [], expiresAt } of mine) {
      for (const { at } of attempts)
        expect(expiresAt.getTime()).toBeGreaterThan(at.getTime() + 900_000);
    }
    const text = JSON.stringify(kept);
    const users = app.workspace.db.collection<{ _id: string; services: object }>('users');
    const stored = await users.findOne({ _id: user.id });
    const hashes = JSON.stringify(stored?.services).match(/"hashedToken":"[^"]+"/g) ?? [];
    expect(hashes.length).toBeGreaterThan(0);
    for (const secret of [user.token, ...hashes.map((hash) => hash.slice(15, -1)), ...codes]) {
      expect(text).not.toContain(secret);
    }
  });
});
