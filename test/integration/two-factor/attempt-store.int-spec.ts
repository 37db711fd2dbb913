import { Guess, keyOfSignIn, keyOfToken, keyOfUser } from '../../../src/two-factor/attempts/guess';
import { TwoFactorAttemptStore } from '../../../src/two-factor/attempts/two-factor-attempt.store';
import {
  CodeClaim,
  StoredAttempt,
} from '../../../src/two-factor/attempts/two-factor-record.schema';
import { TestApp } from '../../support/app';
import { describeCommand } from '../../support/explain';
import { newId } from '../../support/workspace';

const MINUTE_MS = 60_000;
const WINDOW_MS = 15 * MINUTE_MS;
const CAP = 5;
const CAP_PER_USER = 25;

interface StoredRecord {
  _id: string;
  attempts?: StoredAttempt[];
  expiresAt: Date;
  claims?: object;
  hashClaims?: string[];
}

/** What the store writes; `test/e2e/two-factor` tests the answers. */
describe('TwoFactorAttemptStore', () => {
  let app: TestApp;
  let store: TwoFactorAttemptStore;
  let userId: string;
  let serial = 0;

  beforeAll(async () => {
    app = await TestApp.start();
    store = app.app.get(TwoFactorAttemptStore, { strict: false });
  });
  beforeEach(() => {
    userId = newId();
  });
  afterAll(() => app.close());

  const now = (): Date => app.clock.now();
  const guess = (changes: Partial<Guess> = {}): Guess => ({
    id: `guess ${serial}`,
    formerId: `former guess ${serial++}`,
    userId,
    counters: [
      { key: keyOfToken(userId), cap: CAP },
      { key: keyOfUser(userId), cap: CAP_PER_USER },
    ],
    askedAt: now(),
    now: now(),
    ...changes,
  });
  const atSignIn = (): Guess => guess({ counters: [{ key: keyOfSignIn(userId), cap: CAP }] });
  const stepClaim = (timeStep: number, client = 'client'): CodeClaim => ({
    timeStep,
    secretHash: 'secret',
    clientHash: client,
  });
  const find = (key: string): Promise<StoredRecord | null> =>
    app.workspace.db.collection<StoredRecord>('ws_second_factors').findOne({ _id: key });
  const record = async (key = keyOfUser(userId)): Promise<StoredRecord> => {
    const found = await find(key);
    if (!found) throw new Error('There is no record.');
    return found;
  };
  const counted = async (key: string): Promise<number> => (await find(key))?.attempts?.length ?? 0;
  const countedByBoth = (): Promise<number[]> =>
    Promise.all([keyOfToken(userId), keyOfUser(userId)].map(counted));
  const submit = async (claim?: CodeClaim): Promise<boolean> => {
    const submitted = guess();
    expect(await store.tryConsume(submitted)).toBeUndefined();
    return store.claim(submitted, claim);
  };
  const guessWrong = async (submitted = guess()): Promise<void> => {
    expect(await store.tryConsume(submitted)).toBeUndefined();
    await store.claimNothing(submitted);
  };
  const commandsOf = async (action: () => Promise<unknown>): Promise<string[]> =>
    (await app.commandsDuring(action)).map(describeCommand);
  const updates = (count: number): string[] =>
    Array<string>(count).fill('update ws_second_factors');

  describe('claims of codes', () => {
    it('keeps the claims of four time steps, however many there have been', async () => {
      for (let timeStep = 100; timeStep < 110; timeStep++) {
        expect(await submit(stepClaim(timeStep))).toBe(true);
      }
      const { claims = {} } = await record();
      expect(Object.values(claims)).toEqual(
        expect.arrayContaining([106, 107, 108, 109].map((timeStep) => stepClaim(timeStep))),
      );
      expect(Object.keys(claims)).toHaveLength(4);
      for (let timeStep = 106; timeStep < 110; timeStep++) {
        expect(await submit(stepClaim(timeStep, 'another'))).toBe(false);
      }
    });

    it('refuses a claim of an earlier time step than the one in its slot', async () => {
      expect(await submit(stepClaim(104))).toBe(true);
      expect(await submit(stepClaim(100))).toBe(false);
    });

    it('keeps the claims of the latest twelve stored codes', async () => {
      const hashes = Array.from({ length: 14 }, (_, i) => `hash ${i}`);
      for (const codeHash of hashes) expect(await submit({ codeHash })).toBe(true);
      expect((await record()).hashClaims).toEqual(hashes.slice(-12));
      for (const codeHash of hashes.slice(-4)) expect(await submit({ codeHash })).toBe(false);
    });
  });

  describe('attempts at a code', () => {
    it('refunds the attempt for a right code and keeps it for a wrong and a used one', async () => {
      expect(await submit(stepClaim(100))).toBe(true);
      expect(await countedByBoth()).toEqual([0, 0]);
      await guessWrong();
      expect(await countedByBoth()).toEqual([1, 1]);
      expect(await submit(stepClaim(100, 'another'))).toBe(false);
      expect(await countedByBoth()).toEqual([2, 2]);
      expect(await submit()).toBe(true);
      expect(await countedByBoth()).toEqual([2, 2]);
    });

    it('takes one attempt for parallel copies of a guess, and refunds that one only', async () => {
      const [mine, other] = [guess(), guess()];
      await Promise.all(Array.from({ length: 30 }, () => store.tryConsume(mine)));
      await store.tryConsume(other);
      expect(await countedByBoth()).toEqual([2, 2]);
      expect(await store.claim(mine)).toBe(true);
      const { attempts } = await record();
      expect(attempts?.map(({ guess: id }) => id)).toEqual([other.id]);
    });

    it('takes one attempt for a guess that spans the end of a time step', async () => {
      const before = guess();
      const after = guess({ formerId: before.id });
      await store.tryConsume(before);
      await store.tryConsume(after);
      expect(await countedByBoth()).toEqual([1, 1]);
      await store.claimNothing(after);
      await store.tryConsume(guess({ formerId: before.id }));
      expect(await countedByBoth()).toEqual([2, 2]);
      expect(await store.claim(before)).toBe(true);
      expect(await countedByBoth()).toEqual([2, 2]);
    });

    it('takes another attempt for a guess repeated after its answer, but not for one sent before it', async () => {
      const first = guess();
      await guessWrong(first);
      app.clock.advance({ seconds: 1 });
      await guessWrong({ ...first, askedAt: now(), now: now() });
      expect(await countedByBoth()).toEqual([2, 2]);
      expect(await store.tryConsume({ ...first, now: now() })).toBeUndefined();
      expect(await countedByBoth()).toEqual([2, 2]);
      // A closed attempt is never refunded.
      expect(await store.claim({ ...first, now: now() })).toBe(true);
      expect(await countedByBoth()).toEqual([2, 2]);
    });

    it('takes no more attempts than the cap from a hundred parallel guesses', async () => {
      const taken = await Promise.all(Array.from({ length: 100 }, () => store.tryConsume(guess())));
      expect(taken.filter((until) => until === undefined)).toHaveLength(CAP);
      expect(await countedByBoth()).toEqual([CAP, CAP]);
      const end = new Date(now().getTime() + WINDOW_MS);
      expect(taken.filter((until) => until?.getTime() === end.getTime())).toHaveLength(100 - CAP);
    });

    it('takes no attempt by any counter when one refuses', async () => {
      const counters = [
        { key: keyOfToken(userId), cap: CAP },
        { key: keyOfUser(userId), cap: 2 },
      ];
      const taken = [];
      for (let n = 0; n < 4; n++) taken.push(await store.tryConsume(guess({ counters })));
      expect(taken.map((until) => until === undefined)).toEqual([true, true, false, false]);
      expect(await countedByBoth()).toEqual([2, 2]);
    });

    it('refuses until the millisecond in which the oldest attempt leaves the window', async () => {
      for (let n = 0; n < CAP; n++) await guessWrong();
      const end = new Date(now().getTime() + WINDOW_MS);
      expect(await store.tryConsume(guess({ now: new Date(end.getTime() - 1) }))).toEqual(end);
      expect(await store.tryConsume(guess({ now: end }))).toBeUndefined();
      expect(await countedByBoth()).toEqual([CAP, CAP + 1]);
    });

    it('keeps records for minutes longer than the window or the claimed code', async () => {
      await submit(stepClaim(100));
      const later = (ms: number): Date => new Date(now().getTime() + ms);
      expect((await record()).expiresAt).toEqual(later(WINDOW_MS + 5 * MINUTE_MS));
      const login = atSignIn();
      [userId, login.userId] = [newId(), userId];
      await store.tryConsume({ ...login, userId });
      await store.claim({ ...login, userId }, stepClaim(100));
      expect((await record()).expiresAt).toEqual(later(5 * MINUTE_MS));
    });
  });

  describe('round trips', () => {
    it.each([
      ['with a token', guess],
      ['at a sign-in', atSignIn],
    ])('takes two statements for a right code %s, even the first', async (_case, make) => {
      for (let n = 0; n < 2; n++) {
        const right = make();
        const taking = await commandsOf(() => store.tryConsume(right));
        const accepting = await commandsOf(() => store.claim(right, stepClaim(100 + n)));
        expect([taking, accepting]).toEqual([updates(1), updates(1)]);
      }
    });

    it('takes as many statements of the same size for a wrong code as for a used one', async () => {
      const claim: CodeClaim = {
        timeStep: 7,
        secretHash: 's'.repeat(44),
        clientHash: 'c'.repeat(44),
      };
      await submit(claim);
      const replay: CodeClaim = { ...claim, clientHash: 'd'.repeat(44) };
      const [first, second] = [
        guess({ id: 'i'.repeat(44), formerId: 'k'.repeat(44) }),
        guess({ id: 'j'.repeat(44), formerId: 'l'.repeat(44) }),
      ];
      await store.tryConsume(first);
      await store.tryConsume(second);
      const used = await app.commandsDuring(() => store.claim(first, replay));
      const wrong = await app.commandsDuring(() => store.claimNothing(second));
      expect(wrong.map(describeCommand)).toEqual(updates(2));
      expect(used.map(describeCommand)).toEqual(updates(2));
      const size = ({ command }: { command: unknown }): number => JSON.stringify(command).length;
      expect(wrong.map(size).slice(1)).toEqual(used.map(size).slice(1));
      // One names an early time step, the other a condition that never holds.
      expect(Math.abs((wrong.map(size)[0] ?? 0) - (used.map(size)[0] ?? 0))).toBeLessThan(20);
    });

    it('takes two statements for a guess that a token refuses, and three for one that the user refuses', async () => {
      for (let n = 0; n < CAP; n++) await guessWrong();
      const refused = await app.commandsDuring(() => store.tryConsume(guess()));
      expect(refused.map(describeCommand)).toEqual([...updates(1), 'find ws_second_factors']);
      expect(refused[1]?.command).toMatchObject({ projection: { attempts: 1 } });
      const counters = [
        { key: keyOfToken('another'), cap: CAP },
        { key: keyOfUser(userId), cap: CAP },
      ];
      expect(await commandsOf(() => store.tryConsume(guess({ counters })))).toEqual([
        ...updates(1),
        'find ws_second_factors',
        ...updates(1),
      ]);
    });
  });

  it('has a TTL index that removes expired records', async () => {
    expect(await app.workspace.db.collection('ws_second_factors').indexes()).toContainEqual(
      expect.objectContaining({ key: { expiresAt: 1 }, expireAfterSeconds: 0 }),
    );
  });
});
