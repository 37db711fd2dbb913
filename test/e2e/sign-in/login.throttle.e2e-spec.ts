import { mongo } from 'mongoose';
import { BcryptHasher } from '../../../src/auth/bcrypt.hasher';
import { ApiError } from '../../../src/common/errors/api-error';
import { LoginThrottle } from '../../../src/sign-in/login.throttle';
import { AccountsRepository } from '../../../src/workspace-data/users/accounts.repository';
import { TestApp } from '../../support/app';
import {
  LOGIN_BLOCKED_FOR_IP,
  LOGIN_BLOCKED_FOR_USER,
  LOGIN_REFUSED,
  LOGIN_TOTP_REQUIRED,
  SERVICE_UNAVAILABLE,
} from '../../support/expectations';
import { describeCommand } from '../../support/explain';
import { HttpAnswer } from '../../support/http';
import { newId, TestUser } from '../../support/workspace';
import { overloaded } from '../../../src/common/errors/common.problems';

const PASSWORD = 'correct horse';
const OK = { status: 200 };
const BROKEN_OFF = new mongo.MongoNetworkError('connection closed');

describe('POST /api/v1/login: throttle on wrong passwords', () => {
  let app: TestApp;
  let user: TestUser;
  let address: string;
  let addresses = 0;

  /** Documentation addresses (RFC 3849), each in a network of its own. */
  const newAddress = (): string => `2001:db8:0:${(++addresses).toString(16)}::1`;
  const login = (password: string, name = `user-${user.id}`, from = address): Promise<HttpAnswer> =>
    app.login({ user: name, password }, { 'x-forwarded-for': from });
  const fail = async (times: number, name?: string): Promise<void> => {
    const answers = await Promise.all(Array.from({ length: times }, () => login('wrong', name)));
    for (const answer of answers) expect(answer).toMatchObject(LOGIN_REFUSED);
  };
  const count = (answers: HttpAnswer[], { text }: { text: string }): number =>
    answers.filter((answer) => answer.text === text).length;

  const records = (): mongo.Collection<{ _id: string; attempts: { id: string; at: Date }[] }> =>
    app.workspace.db.collection('ws_rate_limits');

  beforeAll(async () => {
    // Without the limit of the public routes, which has tests of its own: only the throttle counts here.
    app = await TestApp.start({ TRUSTED_PROXY_COUNT: '1', RATE_LIMIT_PUBLIC_PER_MINUTE: '0' });
  });
  beforeEach(async () => {
    await records().deleteMany({});
    address = newAddress();
    user = await app.workspace.createUser({ password: PASSWORD, totp: false });
  });
  afterAll(() => app.close());

  describe('throttle by user', () => {
    it('blocks from the eleventh password on, without verifying even the right one', async () => {
      await fail(10);
      const checks = jest.spyOn(app.partOf(BcryptHasher), 'verify');
      expect(await login('wrong')).toMatchObject(LOGIN_BLOCKED_FOR_USER);
      expect(await login(PASSWORD)).toMatchObject(LOGIN_BLOCKED_FOR_USER);
      expect(checks).not.toHaveBeenCalled();
      checks.mockRestore();
    });

    it('blocks the user from every address and under every spelling of the name', async () => {
      await fail(10);
      const name = `user-${user.id}`;
      expect(await login(PASSWORD, name, newAddress())).toMatchObject(LOGIN_BLOCKED_FOR_USER);
      expect(await login(PASSWORD, name.toUpperCase())).toMatchObject(LOGIN_BLOCKED_FOR_USER);
    });

    it('lifts the block at the millisecond when the oldest of ten failures is five minutes old', async () => {
      await fail(1);
      app.clock.advance({ seconds: 100 });
      await fail(9);
      app.clock.advance({ seconds: 199.999 });
      expect(await login(PASSWORD)).toMatchObject(LOGIN_BLOCKED_FOR_USER);
      app.clock.advance({ seconds: 0.001 });
      // One has expired, nine still count.
      await fail(1);
      expect(await login(PASSWORD)).toMatchObject(LOGIN_BLOCKED_FOR_USER);
      app.clock.advance({ seconds: 99.999 });
      expect(await login(PASSWORD)).toMatchObject(LOGIN_BLOCKED_FOR_USER);
      app.clock.advance({ seconds: 0.001 });
      expect(await login(PASSWORD)).toMatchObject(OK);
      await fail(9);
      expect(await login(PASSWORD)).toMatchObject(LOGIN_BLOCKED_FOR_USER);
    });

    it('does not prolong the block by the logins that it refuses', async () => {
      await fail(10);
      app.clock.advance({ seconds: 299 });
      expect(await login('wrong')).toMatchObject(LOGIN_BLOCKED_FOR_USER);
      app.clock.advance({ seconds: 1 });
      expect(await login(PASSWORD)).toMatchObject(OK);
    });

    it('does not count right passwords, with or without the second factor', async () => {
      user = await app.workspace.createUser({ password: PASSWORD });
      await fail(9);
      for (let i = 0; i < 11; i++) {
        expect(await login(PASSWORD)).toMatchObject(LOGIN_TOTP_REQUIRED);
      }
      await fail(1);
      expect(await login(PASSWORD)).toMatchObject(LOGIN_BLOCKED_FOR_USER);
    });

    it('blocks an unknown user like a known one', async () => {
      const name = `nobody-${user.id}`;
      await fail(10, name);
      expect(await login('wrong', name)).toMatchObject(LOGIN_BLOCKED_FOR_USER);
      const mail = `nobody-${user.id}@example.com`;
      await fail(10, mail);
      expect(await login('wrong', mail)).toMatchObject(LOGIN_BLOCKED_FOR_USER);
    });

    it('verifies ten passwords across all names of a user, without revealing that they share one account', async () => {
      const mail = `${user.id}@example.com`;
      await fail(5);
      await fail(5, mail);
      // Refused like a wrong password, as for an address without a user.
      expect(await login(PASSWORD, mail)).toMatchObject(LOGIN_REFUSED);
      expect(await login(PASSWORD)).toMatchObject(LOGIN_REFUSED);
      app.clock.advance({ seconds: 300 });
      expect(await login(PASSWORD, mail)).toMatchObject(OK);
    });

    it('does not block a user because of failures under their id', async () => {
      await fail(10, user.id);
      expect(await login(PASSWORD)).toMatchObject(OK);
    });

    it('does not block requests with a login token, nor resuming one', async () => {
      await fail(10);
      expect(await app.call('/api/v1/me', { headers: user.headers })).toMatchObject(OK);
      expect(await app.login({ resume: user.token })).toMatchObject(OK);
    });

    it('verifies one of 20 parallel wrong passwords after nine failures', async () => {
      await fail(9);
      const answers = await Promise.all(Array.from({ length: 20 }, () => login('wrong')));
      expect(count(answers, LOGIN_REFUSED)).toBe(1);
      expect(count(answers, LOGIN_BLOCKED_FOR_USER)).toBe(19);
    });

    it('verifies at most ten of 30 parallel passwords for one account, across its names', async () => {
      const mail = `${newId().toLowerCase()}@example.com`;
      user = await app.workspace.createUser({
        password: PASSWORD,
        totp: false,
        fields: { emails: [{ address: mail, verified: true }] },
      });
      const names = [`user-${user.id}`, mail, mail.toUpperCase()];
      const checks = jest.spyOn(app.partOf(BcryptHasher), 'verify');
      const answers = await Promise.all(
        Array.from({ length: 30 }, (_, i) => login('wrong', names[i % 3])),
      );
      // Two names in three spellings.
      expect(count(answers, LOGIN_REFUSED)).toBe(20);
      expect(count(answers, LOGIN_BLOCKED_FOR_USER)).toBe(10);
      const lengths = (await records().find().toArray()).map(({ attempts }) => attempts.length);
      expect(checks.mock.calls.filter(([, stored]) => stored !== undefined)).toHaveLength(10);
      checks.mockRestore();
      // The address has more attempts; the two names and the account have ten.
      expect(lengths.filter((length) => length <= 10)).toEqual([10, 10, 10]);
    });

    it('consumes the attempt before the verification, so that a parallel guess finds none left', async () => {
      await fail(9);
      const mail = `${user.id}@example.com`;
      const hasher = app.partOf(BcryptHasher);
      const verify = hasher.verify.bind(hasher);
      const slow = jest.spyOn(hasher, 'verify').mockImplementationOnce(async (...args) => {
        // The tenth is being verified; under another name of the account, no other one is.
        const parallel = await login(PASSWORD, mail);
        expect(parallel).toMatchObject(LOGIN_REFUSED);
        return verify(...args);
      });
      expect(await login('wrong')).toMatchObject(LOGIN_REFUSED);
      expect(slow.mock.calls.map(([, stored]) => stored !== undefined)).toEqual([true, false]);
      slow.mockRestore();
    });

    it('refunds the attempt when the password could not be verified', async () => {
      await fail(9);
      const refusal = new ApiError(overloaded(5));
      const hasher = app.partOf(BcryptHasher);
      const checks = jest.spyOn(hasher, 'verify').mockRejectedValue(refusal);
      for (let i = 0; i < 3; i++) {
        const answer = await login('wrong');
        expect(answer).toMatchObject({ ...SERVICE_UNAVAILABLE, headers: { 'retry-after': '5' } });
      }
      checks.mockRestore();
      expect(await login(PASSWORD)).toMatchObject(OK);
    });

    it.each<[string, () => { mockRestore: () => void }]>([
      [
        'the account could not be looked for',
        () =>
          jest
            .spyOn(app.partOf(AccountsRepository), 'findByLoginName')
            .mockRejectedValue(BROKEN_OFF),
      ],
      [
        'the account could not be counted',
        () => {
          const throttle = app.partOf(LoginThrottle);
          const { tryConsume } = throttle;
          // The address and the name are counted first.
          let calls = 0;
          return jest
            .spyOn(throttle, 'tryConsume')
            .mockImplementation((...given) =>
              ++calls % 2 === 1 ? tryConsume.apply(throttle, given) : Promise.reject(BROKEN_OFF),
            );
        },
      ],
    ])('refunds the attempt when %s', async (_case, watch) => {
      await fail(9);
      const broken = watch();
      for (let i = 0; i < 3; i++) expect(await login('wrong')).toMatchObject(SERVICE_UNAVAILABLE);
      broken.mockRestore();
      expect(await login(PASSWORD)).toMatchObject(OK);
    });

    describe('throttle under a second name of a blocked account', () => {
      const NAMES: [string, string][] = [
        ['USERNAME', 'MAIL'],
        ['MAIL', 'USERNAME'],
        ['Mail', 'oTHER'],
      ];
      /** Blocks a new user with three names by the first, tries the second, and returns every observable. */
      const observe = async (
        [first, second]: [string, string],
        password: string,
      ): Promise<{ answers: string[]; kept: number[]; work: string[] }> => {
        await records().deleteMany({});
        const id = newId().toLowerCase();
        const typed = (name: string): string => name + id;
        const emails = ['mail', 'other'].map((address) => ({ address: `${address}${id}@x.org` }));
        const fields = { username: `username${id}`, emails };
        user = await app.workspace.createUser({ password: PASSWORD, totp: false, fields });
        const suffix = (name: string): string =>
          typed(name) + (/^username/i.test(name) ? '' : '@x.ORG');
        await fail(10, suffix(first));
        const checks = jest.spyOn(app.partOf(BcryptHasher), 'verify');
        const answers: string[] = [];
        const commands = await app.commandsDuring(async () => {
          for (let i = 0; i < 11; i++) answers.push((await login(password, suffix(second))).text);
        });
        expect(checks.mock.calls.filter(([, stored]) => stored !== undefined)).toEqual([]);
        // A dummy hash is verified instead, which takes as long.
        expect(checks).toHaveBeenCalledTimes(10);
        checks.mockRestore();
        const kept = (await records().find().toArray()).map(({ attempts }) => attempts.length);
        return { answers, kept: kept.sort((a, b) => a - b), work: commands.map(describeCommand) };
      };

      it.each(NAMES)(
        'makes a right password indistinguishable from a wrong one: %s, then %s',
        async (...names) => {
          const right = await observe(names, PASSWORD);
          expect(right).toEqual(await observe(names, 'wrong'));
          expect(right.answers).toEqual([
            ...Array<string>(10).fill(LOGIN_REFUSED.text),
            LOGIN_BLOCKED_FOR_USER.text,
          ]);
          expect(right.kept).toEqual([10, 10, 10, 20]);
        },
      );

      it('sends the same database commands for an account that is not blocked and for an unknown name', async () => {
        const { work } = await observe(['USERNAME', 'MAIL'], 'wrong');
        await records().deleteMany({});
        for (const name of [`mail${user.id}@x.org`, `nobody-${user.id}@x.org`]) {
          const commands = await app.commandsDuring(() => login('wrong', name));
          expect(commands.map(describeCommand)).toEqual(work.slice(0, commands.length));
        }
      });
    });

    it('serves 30 parallel right passwords after nine failures', async () => {
      app.onOneInstance('at the edge of a limit, several processes may refuse some (ADR 7)');
      await fail(9);
      const answers = await Promise.all(Array.from({ length: 30 }, () => login(PASSWORD)));
      expect(answers.map(({ status }) => status)).toEqual(Array(30).fill(200));
    });
  });

  describe('throttle by address', () => {
    const failForManyUsers = async (times: number): Promise<void> => {
      for (let i = 0; i < times; i += 10) {
        const other = await app.workspace.createUser({ password: PASSWORD, totp: false });
        await fail(Math.min(10, times - i), `user-${other.id}`);
      }
    };

    it('blocks every user from the 51st failure on, from that address only', async () => {
      await failForManyUsers(50);
      expect(await login('wrong', 'somebody')).toMatchObject(LOGIN_BLOCKED_FOR_IP);
      expect(await login(PASSWORD)).toMatchObject(LOGIN_BLOCKED_FOR_IP);
      expect(await login(PASSWORD, undefined, newAddress())).toMatchObject(OK);
      app.clock.advance({ seconds: 299.999 });
      expect(await login(PASSWORD)).toMatchObject(LOGIN_BLOCKED_FOR_IP);
      app.clock.advance({ seconds: 0.001 });
      expect(await login(PASSWORD)).toMatchObject(OK);
    });

    it('neither resets nor consumes attempts of the address when a password is right', async () => {
      await failForManyUsers(49);
      for (let i = 0; i < 3; i++) expect(await login(PASSWORD)).toMatchObject(OK);
      await fail(1);
      expect(await login(PASSWORD)).toMatchObject(LOGIN_BLOCKED_FOR_IP);
    });

    it('does not count logins from a blocked address against the user', async () => {
      await failForManyUsers(50);
      for (let i = 0; i < 11; i++) {
        expect(await login('wrong')).toMatchObject(LOGIN_BLOCKED_FOR_IP);
      }
      expect(await login(PASSWORD, undefined, newAddress())).toMatchObject(OK);
    });

    it('verifies one of 20 parallel wrong passwords after 49 failures', async () => {
      await failForManyUsers(49);
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, i) => login('wrong', `nobody-${user.id}-a-${i}`)),
      );
      expect(count(answers, LOGIN_REFUSED)).toBe(1);
      expect(count(answers, LOGIN_BLOCKED_FOR_IP)).toBe(19);
    });

    it('does not count logins of a blocked user against the address', async () => {
      await fail(10);
      for (let i = 0; i < 45; i++)
        expect(await login('wrong')).toMatchObject(LOGIN_BLOCKED_FOR_USER);
      const other = await app.workspace.createUser({ password: PASSWORD, totp: false });
      expect(await login(PASSWORD, `user-${other.id}`)).toMatchObject(OK);
    });

    it('does not count bodies without credentials', async () => {
      for (let i = 0; i < 51; i++) await app.login({}, { 'x-forwarded-for': address });
      expect(await login(PASSWORD)).toMatchObject(OK);
    });
  });

  it('stores neither names nor addresses, in a collection with a TTL index', async () => {
    const mail = `${user.id}@example.com`;
    await fail(1);
    await fail(1, mail);
    const text = JSON.stringify(await records().find().toArray());
    for (const secret of [user.id, mail, address, PASSWORD, 'wrong']) {
      expect(text).not.toContain(secret);
    }
    expect(await records().indexes()).toContainEqual(
      expect.objectContaining({ key: { expiresAt: 1 }, expireAfterSeconds: 0 }),
    );
  });
});
