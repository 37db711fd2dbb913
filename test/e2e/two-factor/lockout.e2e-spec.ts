import { BcryptHasher } from '../../../src/auth/bcrypt.hasher';
import { TwoFactorService } from '../../../src/two-factor/two-factor.service';
import { TestApp } from '../../support/app';
import { insertAt, showIn, tally, WAYS, Way, wrongCodes, wrongTexts } from '../../support/guesses';
import { HttpAnswer } from '../../support/http';
import { StartingLine } from '../../support/starting-line';
import { TestUser } from '../../support/workspace';

const PASSWORD = 'correct horse';
const CAP = 5;
const GUESSES = 20;

/** Parallel guesses at the codes of one user; `lockout.counters.e2e-spec.ts` tests what is counted together. */
describe('two-factor lockout under parallel guesses', () => {
  const line = new StartingLine();
  let app: TestApp;

  const rightOf = ({ right }: Way, user: TestUser): string => right ?? user.codeAt(app.clock.now());
  const wrongOf = ({ right }: Way, user: TestUser, count: number): string[] =>
    right === undefined ? wrongCodes(count, user.secret, app.clock.now()) : wrongTexts(count);
  /** Holds all requests where a code is about to be verified, and then lets them go on together. */
  const atOnce = (count: number, send: (n: number) => Promise<HttpAnswer>): Promise<HttpAnswer[]> =>
    line.together(count, () => Promise.all(Array.from({ length: count }, (_, n) => send(n))));
  const guessAll = (way: Way, user: TestUser, guesses: string[]): Promise<HttpAnswer[]> =>
    atOnce(guesses.length, (n) => showIn(app, way, user, guesses[n] ?? ''));
  const wayOf = (name: string): Way => {
    const way = WAYS.find((one) => one.name === name);
    if (!way) throw new Error(`There is no way called ${name}.`);
    return way;
  };

  beforeAll(async () => {
    const database = await TestApp.start();
    // One connection, so that statements arrive in the order of the requests.
    const uri = new URL(database.databaseUri);
    uri.searchParams.set('maxPoolSize', '1');
    app = await database.another({
      MONGODB_URI: uri.toString(),
      REQUEST_TIMEOUT_MS: '30000',
      DATABASE_TIMEOUT_MS: '30000',
    });
    const twoFactor = app.partOf(TwoFactorService);
    for (const entrance of [
      'requireSecondFactor',
      'requireAtLogin',
      'requireBeforeEnrolment',
      'verifyTotp',
    ] as const) {
      line.holdBack(twoFactor, entrance);
    }
  });
  beforeEach(() => {
    app.clock.startStep();
  });

  const expectAllRefused = async (way: Way, count: number, place: number): Promise<void> => {
    const user = await app.workspace.createUser(way.user);
    const guesses = insertAt(place, rightOf(way, user), wrongOf(way, user, count - 1));
    expect(tally(await guessAll(way, user, guesses))).toEqual({
      passed: 0,
      invalid: CAP,
      locked: count - CAP,
    });
  };

  it.each(WAYS)(
    `lets none of ${GUESSES} guesses pass with the right one in the middle, and verifies ${CAP}: $name`,
    (way) => expectAllRefused(way, GUESSES, GUESSES / 2),
  );

  it(
    'lets none of 150 guesses pass with the right one at the end',
    () => expectAllRefused(wayOf('a TOTP code'), 150, 149),
    30_000,
  );

  it('lets the right code pass when it comes first, and verifies no more of the others', async () => {
    const way = wayOf('a TOTP code');
    const user = await app.workspace.createUser(way.user);
    const guesses = [rightOf(way, user), ...wrongOf(way, user, GUESSES - 1)];
    const [first, ...others] = await guessAll(way, user, guesses);
    expect(first?.status).toBe(200);
    expect(tally(others)).toEqual({ passed: 0, invalid: CAP, locked: GUESSES - 1 - CAP });
  });

  it('counts the guesses on all routes together', async () => {
    const ways = ['a TOTP code', 'generatePersonalAccessToken', 'disableTotp', 'regenerateTotpCodes'].map(wayOf); // prettier-ignore
    const user = await app.workspace.createUser();
    const guesses = wrongCodes(GUESSES, user.secret, app.clock.now());
    guesses[GUESSES / 2] = user.codeAt(app.clock.now());
    const answers = await atOnce(GUESSES, (n) =>
      showIn(app, ways[n % ways.length] ?? wayOf('disableTotp'), user, guesses[n] ?? ''),
    );
    expect(tally(answers)).toEqual({ passed: 0, invalid: CAP, locked: GUESSES - CAP });
  });

  it('counts the guesses of all programs and addresses together', async () => {
    const user = await app.workspace.createUser();
    const codes = wrongCodes(GUESSES, user.secret, app.clock.now());
    const answers = await atOnce(GUESSES, (n) =>
      app.infoAdmin('any', {
        ...user.headers,
        'x-2fa-code': codes[n] ?? '',
        'user-agent': `program ${n}`,
      }),
    );
    expect(tally(answers)).toEqual({ passed: 0, invalid: CAP, locked: GUESSES - CAP });
  });

  it.each(['the password', 'enableTotp'])(
    'computes no bcrypt during a lockout: %s',
    async (name) => {
      const way = wayOf(name);
      const user = await app.workspace.createUser(way.user);
      const compare = jest.spyOn(app.partOf(BcryptHasher), 'verify');
      await guessAll(way, user, wrongOf(way, user, GUESSES));
      expect(compare).toHaveBeenCalledTimes(CAP);
      compare.mockRestore();
    },
  );

  describe('the right code of the owner during guesses', () => {
    it.each(['a TOTP code', 'the password'])(
      'lets the right code pass 50 times at once, even when a single attempt is left: %s',
      async (name) => {
        const way = wayOf(name);
        const user = await app.workspace.createUser(way.user);
        const [fifth = '', ...wrong] = wrongOf(way, user, CAP);
        for (const code of wrong) await showIn(app, way, user, code);
        const right = Array.from({ length: 50 }, () => rightOf(way, user));
        expect(tally(await guessAll(way, user, right))).toEqual({
          passed: 50,
          invalid: 0,
          locked: 0,
        });
        // The right codes have neither used up the last attempt nor added one.
        expect(tally([await showIn(app, way, user, fifth)])).toMatchObject({ invalid: 1 });
        expect(tally([await showIn(app, way, user, rightOf(way, user))])).toMatchObject({
          locked: 1,
        });
      },
      30_000,
    );

    it('lets the right code pass even when a time step ends in between', async () => {
      const way = wayOf('a TOTP code');
      const user = await app.workspace.createUser();
      for (const code of wrongOf(way, user, CAP - 1)) await showIn(app, way, user, code);
      const code = rightOf(way, user);
      const clock = jest.spyOn(app.clock, 'now');
      const [start] = [app.clock.now().getTime()];
      let reads = 0;
      clock.mockImplementation(() => new Date(start + (reads++ % 2 === 0 ? 29_999 : 30_000)));
      const right = Array.from({ length: 20 }, () => code);
      const answers = await guessAll(way, user, right);
      clock.mockRestore();
      expect(tally(answers)).toEqual({ passed: 20, invalid: 0, locked: 0 });
    });

    it('lets the right code pass during guesses, until those have used up the attempts of the token', async () => {
      const way = wayOf('a TOTP code');
      const user = await app.workspace.createUser();
      const codes = wrongCodes(12, user.secret, app.clock.now());
      const statuses: string[] = [];
      for (const code of codes) {
        const headers = { ...user.headers, 'x-2fa-code': code, 'user-agent': 'thief' };
        const guess = await app.infoAdmin('any', headers);
        const own = await showIn(app, way, user, rightOf(way, user));
        statuses.push(`${guess.status} ${own.status}`);
      }
      expect(statuses.slice(0, CAP)).toEqual([
        '400 200',
        '400 200',
        '400 200',
        '400 200',
        '400 429',
      ]);
      expect(new Set(statuses.slice(CAP))).toEqual(new Set(['429 429']));
    });
  });

  describe('one wrong guess sent repeatedly', () => {
    const submit = (user: TestUser, code: string): Promise<HttpAnswer> =>
      app.infoAdmin('any', { ...user.headers, 'x-2fa-code': code });

    it.each([2, 30])('counts the guess once when it arrives %d times at once', async (times) => {
      const user = await app.workspace.createUser();
      const answers = await atOnce(times, () => submit(user, 'wrong!'));
      expect(tally(answers)).toMatchObject({ invalid: times });
      const rest = wrongCodes(CAP, user.secret, app.clock.now());
      expect(tally(await atOnce(CAP, (n) => submit(user, rest[n] ?? '')))).toEqual({
        passed: 0,
        invalid: CAP - 1,
        locked: 1,
      });
    });

    it('counts the guess each time when it follows an answer, and once for each of parallel programs', async () => {
      const user = await app.workspace.createUser();
      for (let n = 0; n < CAP; n++) {
        expect(tally([await submit(user, 'wrong!')])).toMatchObject({ invalid: 1 });
      }
      expect(tally([await submit(user, 'wrong!')])).toMatchObject({ locked: 1 });
      const other = await app.workspace.createUser();
      const answers = await atOnce(20, (n) =>
        app.infoAdmin('any', { ...other.headers, 'x-2fa-code': 'wrong!', 'user-agent': `${n}` }),
      );
      expect(tally(answers)).toEqual({ passed: 0, invalid: CAP, locked: 15 });
    });
  });

  it('keeps an attempt counted when the database fails between the attempt and the answer', async () => {
    const user = await app.workspace.createUser({ totp: false, password: PASSWORD });
    const checker = app.partOf(BcryptHasher);
    for (let n = 0; n < CAP; n++) {
      const failing = jest.spyOn(checker, 'verify').mockRejectedValueOnce(new Error('power cut'));
      const headers = { ...user.headers, 'x-2fa-code': `wrong ${n}` };
      expect((await app.infoAdmin('any', headers)).status).toBe(500);
      failing.mockRestore();
    }
    const right = { ...user.headers, 'x-2fa-code': PASSWORD };
    expect((await app.infoAdmin('any', right)).status).toBe(429);
  });
});
