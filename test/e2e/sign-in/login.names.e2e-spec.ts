import { mongo } from 'mongoose';
import { TestApp } from '../../support/app';
import { describeCommand, expectIndexed } from '../../support/explain';
import { LOGIN_REFUSED } from '../../support/expectations';
import { HttpAnswer } from '../../support/http';
import { newId, TestUser } from '../../support/workspace';

const PASSWORD = 'correct horse';
/** The most names that the service compares beside the likely spellings. */
const MOST_CANDIDATES = 100;

describe('POST /api/v1/login: case-insensitive names', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
    // Many names with one prefix; and a planner may skip the index of a collection that fits on a page.
    await app.workspace.db.collection<{ _id: string }>('users').insertMany(
      Array.from({ length: 2000 }, (_, i) => ({
        _id: newId(),
        username: `crowdedName${i}`,
        emails: [
          { address: `crowdedName${i}@example.com`, verified: true },
          { address: `second.crowdedName${i}@example.com`, verified: false },
        ],
      })),
    );
  });
  beforeEach(() => {
    app.clock.advance({ seconds: 300 });
  });
  afterAll(() => app.close());

  const create = (username: string, ...addresses: string[]): Promise<TestUser> =>
    app.workspace.createUser({
      password: PASSWORD,
      totp: false,
      fields: { username, emails: addresses.map((address) => ({ address, verified: true })) },
    });
  const login = (user: unknown): Promise<HttpAnswer> => app.login({ user, password: PASSWORD });
  const expectUser = async (name: unknown, { id }: TestUser): Promise<void> => {
    expect([name, await login(name)]).toMatchObject([name, { body: { data: { userId: id } } }]);
  };
  const expectRefused = async (name: unknown): Promise<void> => {
    expect([name, await login(name)]).toMatchObject([name, LOGIN_REFUSED]);
  };
  /** The queries with which the service finds a user by name. */
  const queriesFor = async (name: string): Promise<mongo.CommandStartedEvent[]> =>
    (await app.commandsDuring(() => login(name))).filter(
      (command) => describeCommand(command) === 'find users',
    );

  it.each([
    ['ada.lovelace', 'Ada.Lovelace', 'ADA.LOVELACE', 'aDA.lOVELACE', 'ada.LoveLace'],
    ['GraceHopper', 'gracehopper', 'GRACEHOPPER', 'Gracehopper', 'gRACEhOPPER'],
    ['KEN', 'ken', 'Ken', 'kEn'],
    ['x1_y2-z3', 'X1_Y2-Z3', 'X1_y2-z3'],
    ['Ærøskøbing', 'ærøskøbing', 'ÆRØSKØBING'],
    ['Ольга.Петрова', 'ольга.петрова', 'ОЛЬГА.ПЕТРОВА'],
    ['Οδυσσέας', 'ΟΔΥΣΣΈΑΣ', 'οδυσσέας'],
    ['名前', '名前'],
    ['a+b.c*[d]', 'A+B.C*[D]'],
    ['𐐀𐐁x', '𐐨𐐩X'],
  ])('finds the username %s in any case', async (stored, ...typed) => {
    const user = await create(stored, `${newId()}@example.com`);
    for (const name of [stored, ...typed]) {
      await expectUser(name, user);
      await expectUser({ username: name }, user);
    }
  });

  it('finds every address of a user in any case, sent as user, {email} or email', async () => {
    const user = await create(
      'mails',
      'first@example.com',
      'Maria.Silva@Example.COM',
      'UPPER@EXAMPLE.COM',
    );
    for (const email of [
      'FIRST@example.com',
      'maria.silva@example.com',
      'MARIA.SILVA@EXAMPLE.COM',
      'Maria.Silva@example.com',
      'mariA.silvA@eXample.com',
      'upper@example.com',
    ]) {
      await expectUser(email, user);
      await expectUser({ email }, user);
      const answer = await app.login({ email, password: PASSWORD });
      expect(answer.body).toMatchObject({ data: { userId: user.id } });
    }
  });

  it('trims whitespace around a name, but not within it or around a password', async () => {
    const user = await create('blanks', 'blanks@example.com');
    for (const name of [' blanks', 'Blanks ', '\t blanks\n', '\u00a0blanks\u3000']) {
      await expectUser(name, user);
      await expectUser({ username: name }, user);
      await expectUser(` ${name.trim()}@example.com `, user);
    }
    await expectRefused('bla nks');
    for (const name of ['', ' ', '\n\t']) await expectRefused(name);
    for (const password of [` ${PASSWORD}`, `${PASSWORD} `]) {
      expect(await app.login({ user: 'blanks', password })).toMatchObject(LOGIN_REFUSED);
    }
    const padded = await app.workspace.createUser({ password: ' x ', totp: false });
    const answer = await app.login({ user: `user-${padded.id}`, password: ' x ' });
    expect(answer.status).toBe(200);
  });

  it('answers 401 to a name that matches two users, and finds each by exact spelling', async () => {
    const [one, two] = [await create('twins'), await create('TwinS')];
    await expectUser('twins', one);
    await expectUser('TwinS', two);
    for (const name of ['TWINS', 'Twins', 'tWINS']) await expectRefused(name);
    const [short, long] = [
      await create('long.names.of.twins@1', 'Long.Names.Of.Twins@example.com'),
      await create('long.names.of.twins@2', 'long.names.of.TWINS@example.com'),
    ];
    await expectUser('Long.Names.Of.Twins@example.com', short);
    await expectUser('long.names.of.TWINS@example.com', long);
    await expectRefused('long.names.of.twins@example.com');
  });

  it('does not match look-alike letters', async () => {
    await create('mike.k', 'mike.k@example.com');
    // Dotless i, Kelvin sign, long s, full width: case mapping or the eye takes them for ASCII letters.
    for (const name of ['mıke.k', 'mike.\u212a', 'ｍike.k', 'mİke.k', 'mike_k', 'mike.k%']) {
      await expectRefused(name);
    }
    await create('straße');
    await expectRefused('STRASSE');
    await create('lo.se');
    await expectRefused('lo.\u017fe');
  });

  it('does not interpret a name as a pattern', async () => {
    await create('patterns.x');
    for (const name of [
      '.*',
      'patterns.*',
      'patternsax',
      '^patterns.x',
      'PATTERNS.X$',
      '(',
      '[',
      '\\',
    ])
      await expectRefused(name);
  });

  it.each([
    ['a NUL', 'a\u0000b'],
    ['a leading NUL', '\u0000ab'],
    ['lone surrogates', '\ud800ab\udc00'],
    ['line separators', 'a\u2028b\u2029c\nd\r'],
    ['control characters', 'a\u0085b\u001b[2J'],
    ['10,000 letters', 'aB'.repeat(5000)],
    ['10,000 digits', '7'.repeat(10_000)],
    ['an address of 10,000 letters', `${'aB'.repeat(5000)}@example.com`],
    ['5,000 letters outside the BMP', '𐐀'.repeat(5000)],
    ['backslashes', '\\Q\\E\\x00\\'],
    ['an operator', '$where'],
    ['__proto__', '__proto__'],
  ])('answers 401 to a name of %s, with indexed queries', async (_what, name) => {
    await expectRefused(name);
    await expectRefused({ email: name });
    for (const command of await queriesFor(name)) await expectIndexed(app.workspace.db, command);
  });

  describe('thousands of names with one prefix', () => {
    it('finds the likely spellings among thousands of similar names', async () => {
      const user = await create('crowdedNameOfAda', 'CrowdedName.Ada@example.com');
      for (const name of ['crowdednameofada', 'CROWDEDNAMEOFADA', 'Crowdednameofada']) {
        await expectRefused(name);
      }
      await expectUser('crowdedNameOfAda', user);
      const lower = await create('crowdednameofeve', 'crowdedname.eve@example.com');
      for (const name of ['CrowdedNameOfEve', 'CROWDEDNAMEOFEVE', 'CrowdedName.Eve@Example.com']) {
        await expectUser(name, lower);
      }
    });

    it('reads a bounded number of documents through an index', async () => {
      const names = ['CrowdedName7', 'CROWDEDNAME7@EXAMPLE.COM', 'Second.CrowdedName7@example.com'];
      for (const name of names) {
        const commands = await queriesFor(name);
        expect(commands.length).toBeGreaterThan(1);
        for (const command of commands) {
          await expectIndexed(app.workspace.db, command);
          const { filter, limit } = command.command as { filter: mongo.Document; limit?: number };
          const found = await app.workspace.db
            .collection('users')
            .find(filter, { ...(limit !== undefined && { limit }) })
            .toArray();
          expect(found.length).toBeLessThanOrEqual(MOST_CANDIDATES);
        }
      }
    });
  });

  it('sends the same database commands for an unknown name', async () => {
    await create('Worker.Bee', 'Worker.Bee@example.com');
    const work = async (name: string): Promise<string[]> =>
      (await app.commandsDuring(() => app.login({ user: name, password: 'wrong' }))).map(
        describeCommand,
      );
    // The first request of an address in a minute takes one more.
    await work('nobody');
    for (const [known, unknown] of [
      ['worker.bee', 'nobody.bee'],
      ['Worker.Bee', 'Nobody.Bee'],
      ['WORKER.BEE@EXAMPLE.COM', 'NOBODY.BEE@EXAMPLE.COM'],
    ] as const) {
      expect(await work(unknown)).toEqual(await work(known));
    }
  });
});
