import { BcryptHasher } from '../../../src/auth/bcrypt.hasher';
import { TestApp } from '../../support/app';
import {
  LOGIN_BLOCKED_FOR_IP,
  LOGIN_BLOCKED_FOR_USER,
  LOGIN_REFUSED,
} from '../../support/expectations';
import { HttpAnswer } from '../../support/http';
import { TestUser } from '../../support/workspace';

const PASSWORD = 'correct horse';
const MAX_PER_ADDRESS = 50;
const MAX_PER_USER = 10;

describe('POST /api/v1/login: floods', () => {
  let app: TestApp;
  let user: TestUser;
  let address: string;
  let networks = 0;

  /** An address in a network of its own (RFC 3849, RFC 4291 §2.5.4). */
  const newAddress = (): string => `2001:db8:0:${(++networks).toString(16)}::1`;
  const login = (name: string, password: string, from = address): Promise<HttpAnswer> =>
    app.login({ user: name, password }, { 'x-forwarded-for': from });
  const create = (): Promise<TestUser> =>
    app.workspace.createUser({ password: PASSWORD, totp: false });
  const count = (answers: HttpAnswer[], { text }: { text: string }): number =>
    answers.filter((answer) => answer.text === text).length;
  const withStatus = (answers: HttpAnswer[], status: number): number =>
    answers.filter((answer) => answer.status === status).length;

  beforeAll(async () => {
    app = await TestApp.start({
      TRUSTED_PROXY_COUNT: '1',
      // Its count in the database would change the order in which parallel guesses reach the throttle.
      RATE_LIMIT_PUBLIC_PER_MINUTE: '0',
      REQUEST_TIMEOUT_MS: '60000',
      DATABASE_TIMEOUT_MS: '60000',
    });
  });
  beforeEach(async () => {
    address = newAddress();
    user = await create();
  });
  afterEach(() => jest.restoreAllMocks());
  afterAll(() => app.close());

  /** Counts the verifications against a stored hash, and the most that ran at once. */
  const watchVerifications = (): { verified: number; atOnce: number } => {
    const hasher = app.partOf(BcryptHasher);
    const verify = hasher.verify.bind(hasher);
    const seen = { verified: 0, atOnce: 0 };
    let now = 0;
    jest.spyOn(hasher, 'verify').mockImplementation(async (...args) => {
      if (args[1] !== undefined) seen.verified++;
      seen.atOnce = Math.max(seen.atOnce, ++now);
      return verify(...args).finally(() => now--);
    });
    return seen;
  };

  it('verifies at most 50 of 180 wrong passwords from one address, four at a time', async () => {
    const users = await Promise.all(Array.from({ length: 18 }, create));
    const seen = watchVerifications();
    const answers = await Promise.all(
      Array.from({ length: 180 }, (_, i) => login(`user-${users[i % 18]?.id ?? ''}`, 'wrong')),
    );
    expect(seen.verified).toBeLessThanOrEqual(MAX_PER_ADDRESS);
    expect(seen.atOnce).toBeLessThanOrEqual(4);
    expect(count(answers, LOGIN_REFUSED)).toBe(seen.verified);
    // A login that does not fit into the queue is rejected at once, and its answer reveals nothing.
    const rejected = answers.filter(({ status }) => status === 429);
    for (const { text, headers } of rejected) {
      expect(headers['retry-after']).toMatch(/^[1-9]\d*$/);
      expect(text).toContain('[error-too-many-requests]');
    }
    expect(count(answers, LOGIN_BLOCKED_FOR_IP) + rejected.length).toBe(180 - seen.verified);
    expect(await login(`user-${user.id}`, PASSWORD)).toMatchObject(LOGIN_BLOCKED_FOR_IP);
  });

  it.each([
    [MAX_PER_USER + 1, 40],
    [25, 60],
    [60, 61],
  ])('refuses a right password that is number %i of %i parallel guesses', async (place, all) => {
    const answers = await Promise.all(
      Array.from({ length: all }, (_, i) =>
        login(`user-${user.id}`, i === place - 1 ? PASSWORD : `wrong ${i}`),
      ),
    );
    expect(withStatus(answers, 200)).toBe(0);
    expect(count(answers, LOGIN_REFUSED)).toBe(MAX_PER_USER);
  });

  it('refuses a right password beyond the cap, across many addresses and all names of the user', async () => {
    const seen = watchVerifications();
    const names = [`user-${user.id}`, `${user.id}@example.com`, `USER-${user.id}`];
    const answers = await Promise.all(
      Array.from({ length: 45 }, (_, i) =>
        login(names[i % 3] ?? '', i === 35 ? PASSWORD : `wrong ${i}`, newAddress()),
      ),
    );
    expect(withStatus(answers, 200)).toBe(0);
    expect(seen.verified).toBeLessThanOrEqual(MAX_PER_USER);
  });

  it('serves one address while another floods the service', async () => {
    const victims = await Promise.all(Array.from({ length: 7 }, create));
    const neighbour = newAddress();
    let answered = 0;
    const flood = Array.from({ length: 70 }, (_, i) =>
      login(`user-${victims[i % 7]?.id ?? ''}`, 'wrong').then((answer) => {
        if (answer.text === LOGIN_REFUSED.text) answered++;
        return answer;
      }),
    );
    const hasher = app.partOf(BcryptHasher);
    const verify = hasher.verify.bind(hasher);
    const gate = { open: (): void => undefined };
    const opened = new Promise<void>((resolve) => (gate.open = resolve));
    // Those who flood are verified only after the neighbour has been served.
    jest.spyOn(hasher, 'verify').mockImplementation(async (...args) => {
      if (args[2] === `address:${neighbour.replace('::1', '::/64')}`) return verify(...args);
      await opened;
      return verify(...args);
    });
    expect(await login(`user-${user.id}`, PASSWORD, neighbour)).toMatchObject({ status: 200 });
    expect(answered).toBeLessThan(MAX_PER_ADDRESS);
    gate.open();
    await Promise.all(flood);
  });

  it('serves 60 parallel logins of one program with fewer verifications, and counts none of them', async () => {
    const seen = watchVerifications();
    const answers = await Promise.all(
      Array.from({ length: 60 }, () => login(`user-${user.id}`, PASSWORD)),
    );
    expect(withStatus(answers, 200)).toBe(60);
    expect(seen.verified).toBeLessThan(60);
    const tokens = answers.map(
      ({ body }) => (body as { data: { authToken: string } }).data.authToken,
    );
    expect(new Set(tokens).size).toBe(60);
    for (let i = 0; i < MAX_PER_USER; i++) {
      expect(await login(`user-${user.id}`, `wrong ${i}`)).toMatchObject(LOGIN_REFUSED);
    }
    expect(await login(`user-${user.id}`, PASSWORD)).toMatchObject(LOGIN_BLOCKED_FOR_USER);
  });

  it('serves 24 users who log in at once from one address', async () => {
    const people = await Promise.all(Array.from({ length: 24 }, create));
    const answers = await Promise.all(people.map(({ id }) => login(`user-${id}`, PASSWORD)));
    expect(withStatus(answers, 200)).toBe(24);
  });

  it('counts the same wrong password as a new guess each time, even in parallel', async () => {
    const seen = watchVerifications();
    const answers = await Promise.all(
      Array.from({ length: 40 }, () => login(`user-${user.id}`, 'wrong')),
    );
    expect(count(answers, LOGIN_REFUSED)).toBe(MAX_PER_USER);
    expect(count(answers, LOGIN_BLOCKED_FOR_USER)).toBe(40 - MAX_PER_USER);
    expect(seen.verified).toBe(MAX_PER_USER);
  });

  it('refunds the attempt of a right password and no other attempt', async () => {
    for (let i = 0; i < MAX_PER_USER - 1; i++) await login(`user-${user.id}`, 'wrong');
    const mixed = await Promise.all(
      Array.from({ length: 21 }, (_, i) =>
        login(`user-${user.id}`, i % 2 === 0 ? PASSWORD : `wrong ${i}`),
      ),
    );
    // The first wrong one was the tenth failure: right ones before it were served, none after it.
    expect(count(mixed, LOGIN_REFUSED)).toBe(1);
    expect(await login(`user-${user.id}`, PASSWORD)).toMatchObject(LOGIN_BLOCKED_FOR_USER);
    app.clock.advance({ seconds: 300 });
    expect(await login(`user-${user.id}`, PASSWORD)).toMatchObject({ status: 200 });
  });

  describe('counting by client network', () => {
    /** 50 wrong passwords for five users, each from the next address. */
    const failFrom = async (addresses: string[]): Promise<void> => {
      const users = await Promise.all(Array.from({ length: 5 }, create));
      const answers = await Promise.all(
        addresses.map((from, i) => login(`user-${users[i % 5]?.id ?? ''}`, 'wrong', from)),
      );
      expect(count(answers, LOGIN_REFUSED)).toBe(MAX_PER_ADDRESS);
    };
    const inNetwork = (host: string): string => address.replace(/::1$/, host);

    it('counts all addresses of an IPv6 /64 network together, in any notation', async () => {
      const hosts = Array.from({ length: MAX_PER_ADDRESS }, (_, i) => inNetwork(`::${i}:ffff`));
      await failFrom(hosts);
      for (const host of ['::1', ':1:2:3:4', '::FFFF:1.2.3.4']) {
        const answer = await login(`user-${user.id}`, PASSWORD, inNetwork(host));
        expect(answer).toMatchObject(LOGIN_BLOCKED_FOR_IP);
      }
      expect(await login(`user-${user.id}`, PASSWORD, newAddress())).toMatchObject({ status: 200 });
    });

    it('counts an IPv4 address by itself, mapped into IPv6 or not', async () => {
      await failFrom(
        Array.from({ length: MAX_PER_ADDRESS }, (_, i) =>
          i % 2 === 0 ? '192.0.2.77' : '::ffff:192.0.2.77',
        ),
      );
      for (const from of ['192.0.2.77', '::ffff:192.0.2.77', '::FFFF:c000:24d']) {
        expect(await login(`user-${user.id}`, PASSWORD, from)).toMatchObject(LOGIN_BLOCKED_FOR_IP);
      }
      for (const from of ['192.0.2.78', '::ffff:192.0.2.78']) {
        expect(await login(`user-${user.id}`, PASSWORD, from)).toMatchObject({ status: 200 });
      }
    });
  });
});
