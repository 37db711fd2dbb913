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

interface LedgerRecord {
  _id: string;
  attempts?: StoredAttempt[];
  expiresAt: Date;
  claims?: object;
  hashClaims?: string[];
}

/** What it does behind the answers: they are the subject of `test/e2e/two-factor`. */
describe('the ledger of the second factor', () => {
  let app: TestApp;
  let ledger: TwoFactorAttemptStore;
  let userId: string;
  let serial = 0;

  beforeAll(async () => {
    app = await TestApp.start();
    ledger = app.app.get(TwoFactorAttemptStore, { strict: false });
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
  const find = (key: string): Promise<LedgerRecord | null> =>
    app.workspace.db.collection<LedgerRecord>('ws_second_factors').findOne({ _id: key });
  const record = async (key = keyOfUser(userId)): Promise<LedgerRecord> => {
    const found = await find(key);
    if (!found) throw new Error('There is no record.');
    return found;
  };
  const counted = async (key: string): Promise<number> => (await find(key))?.attempts?.length ?? 0;
  const countedByBoth = (): Promise<number[]> =>
    Promise.all([keyOfToken(userId), keyOfUser(userId)].map(counted));
  const show = async (claim?: CodeClaim): Promise<boolean> => {
    const shown = guess();
    expect(await ledger.tryConsume(shown)).toBeUndefined();
    return ledger.claim(shown, claim);
  };
  const guessWrong = async (shown = guess()): Promise<void> => {
    expect(await ledger.tryConsume(shown)).toBeUndefined();
    await ledger.claimNothing(shown);
  };
  const commandsOf = async (action: () => Promise<unknown>): Promise<string[]> =>
    (await app.commandsDuring(action)).map(describeCommand);
  const updates = (count: number): string[] =>
    Array<string>(count).fill('update ws_second_factors');

  describe('claims', () => {
    it('are of four time steps, however many there have been', async () => {
      for (let timeStep = 100; timeStep < 110; timeStep++) {
        expect(await show(stepClaim(timeStep))).toBe(true);
      }
      const { claims = {} } = await record();
      expect(Object.values(claims)).toEqual(
        expect.arrayContaining([106, 107, 108, 109].map((timeStep) => stepClaim(timeStep))),
      );
      expect(Object.keys(claims)).toHaveLength(4);
      for (let timeStep = 106; timeStep < 110; timeStep++) {
        expect(await show(stepClaim(timeStep, 'another'))).toBe(false);
      }
    });

    it('are none of a step before the one in its slot', async () => {
      expect(await show(stepClaim(104))).toBe(true);
      expect(await show(stepClaim(100))).toBe(false);
    });

    it('are of the latest twelve stored codes', async () => {
      const hashes = Array.from({ length: 14 }, (_, i) => `hash ${i}`);
      for (const codeHash of hashes) expect(await show({ codeHash })).toBe(true);
      expect((await record()).hashClaims).toEqual(hashes.slice(-12));
      for (const codeHash of hashes.slice(-4)) expect(await show({ codeHash })).toBe(false);
    });
  });

  describe('attempts', () => {
    it('are given back for a right code, and stay for a wrong one and for one that is used up', async () => {
      expect(await show(stepClaim(100))).toBe(true);
      expect(await countedByBoth()).toEqual([0, 0]);
      await guessWrong();
      expect(await countedByBoth()).toEqual([1, 1]);
      expect(await show(stepClaim(100, 'another'))).toBe(false);
      expect(await countedByBoth()).toEqual([2, 2]);
      expect(await show()).toBe(true);
      expect(await countedByBoth()).toEqual([2, 2]);
    });

    it('are taken once for one guess that comes often at once, and given back by it alone', async () => {
      const [mine, other] = [guess(), guess()];
      await Promise.all(Array.from({ length: 30 }, () => ledger.tryConsume(mine)));
      await ledger.tryConsume(other);
      expect(await countedByBoth()).toEqual([2, 2]);
      expect(await ledger.claim(mine)).toBe(true);
      const { attempts } = await record();
      expect(attempts?.map(({ guess: id }) => id)).toEqual([other.id]);
    });

    it('are taken once also around the end of a time step', async () => {
      const before = guess();
      const after = guess({ formerId: before.id });
      await ledger.tryConsume(before);
      await ledger.tryConsume(after);
      expect(await countedByBoth()).toEqual([1, 1]);
      await ledger.claimNothing(after);
      await ledger.tryConsume(guess({ formerId: before.id }));
      expect(await countedByBoth()).toEqual([2, 2]);
      expect(await ledger.claim(before)).toBe(true);
      expect(await countedByBoth()).toEqual([2, 2]);
    });

    it('are taken anew for the same guess after its answer, unless it was sent before that', async () => {
      const first = guess();
      await guessWrong(first);
      app.clock.advance({ seconds: 1 });
      await guessWrong({ ...first, askedAt: now(), now: now() });
      expect(await countedByBoth()).toEqual([2, 2]);
      expect(await ledger.tryConsume({ ...first, now: now() })).toBeUndefined();
      expect(await countedByBoth()).toEqual([2, 2]);
      // What is closed is given back by nothing.
      expect(await ledger.claim({ ...first, now: now() })).toBe(true);
      expect(await countedByBoth()).toEqual([2, 2]);
    });

    it('are never more than the cap, with a hundred guesses at once', async () => {
      const taken = await Promise.all(
        Array.from({ length: 100 }, () => ledger.tryConsume(guess())),
      );
      expect(taken.filter((until) => until === undefined)).toHaveLength(CAP);
      expect(await countedByBoth()).toEqual([CAP, CAP]);
      const end = new Date(now().getTime() + WINDOW_MS);
      expect(taken.filter((until) => until?.getTime() === end.getTime())).toHaveLength(100 - CAP);
    });

    it('are taken by none where one refuses', async () => {
      const counters = [
        { key: keyOfToken(userId), cap: CAP },
        { key: keyOfUser(userId), cap: 2 },
      ];
      const taken = [];
      for (let n = 0; n < 4; n++) taken.push(await ledger.tryConsume(guess({ counters })));
      expect(taken.map((until) => until === undefined)).toEqual([true, true, false, false]);
      expect(await countedByBoth()).toEqual([2, 2]);
    });

    it('hold until the millisecond in which the oldest leaves the window', async () => {
      for (let n = 0; n < CAP; n++) await guessWrong();
      const end = new Date(now().getTime() + WINDOW_MS);
      expect(await ledger.tryConsume(guess({ now: new Date(end.getTime() - 1) }))).toEqual(end);
      expect(await ledger.tryConsume(guess({ now: end }))).toBeUndefined();
      expect(await countedByBoth()).toEqual([CAP, CAP + 1]);
    });

    it('outlive the window by minutes, and claims their code', async () => {
      await show(stepClaim(100));
      const later = (ms: number): Date => new Date(now().getTime() + ms);
      expect((await record()).expiresAt).toEqual(later(WINDOW_MS + 5 * MINUTE_MS));
      const login = atSignIn();
      [userId, login.userId] = [newId(), userId];
      await ledger.tryConsume({ ...login, userId });
      await ledger.claim({ ...login, userId }, stepClaim(100));
      expect((await record()).expiresAt).toEqual(later(5 * MINUTE_MS));
    });
  });

  describe('round trips', () => {
    it.each([
      ['with a token', guess],
      ['at a sign-in', atSignIn],
    ])('are two for a right code, %s, also the first', async (_case, make) => {
      for (let n = 0; n < 2; n++) {
        const right = make();
        const taking = await commandsOf(() => ledger.tryConsume(right));
        const accepting = await commandsOf(() => ledger.claim(right, stepClaim(100 + n)));
        expect([taking, accepting]).toEqual([updates(1), updates(1)]);
      }
    });

    it('are as many, of the same size, for a wrong code as for one that is used up', async () => {
      const claim: CodeClaim = {
        timeStep: 7,
        secretHash: 's'.repeat(44),
        clientHash: 'c'.repeat(44),
      };
      await show(claim);
      const replay: CodeClaim = { ...claim, clientHash: 'd'.repeat(44) };
      const [first, second] = [
        guess({ id: 'i'.repeat(44), formerId: 'k'.repeat(44) }),
        guess({ id: 'j'.repeat(44), formerId: 'l'.repeat(44) }),
      ];
      await ledger.tryConsume(first);
      await ledger.tryConsume(second);
      const used = await app.commandsDuring(() => ledger.claim(first, replay));
      const wrong = await app.commandsDuring(() => ledger.claimNothing(second));
      expect(wrong.map(describeCommand)).toEqual(updates(2));
      expect(used.map(describeCommand)).toEqual(updates(2));
      const size = ({ command }: { command: unknown }): number => JSON.stringify(command).length;
      expect(wrong.map(size).slice(1)).toEqual(used.map(size).slice(1));
      // The one names an early time step, the other a condition that nobody meets.
      expect(Math.abs((wrong.map(size)[0] ?? 0) - (used.map(size)[0] ?? 0))).toBeLessThan(20);
    });

    it('are two for a guess that a token refuses, and three for one that the user refuses', async () => {
      for (let n = 0; n < CAP; n++) await guessWrong();
      const refused = await app.commandsDuring(() => ledger.tryConsume(guess()));
      expect(refused.map(describeCommand)).toEqual([...updates(1), 'find ws_second_factors']);
      expect(refused[1]?.command).toMatchObject({ projection: { attempts: 1 } });
      const counters = [
        { key: keyOfToken('another'), cap: CAP },
        { key: keyOfUser(userId), cap: CAP },
      ];
      expect(await commandsOf(() => ledger.tryConsume(guess({ counters })))).toEqual([
        ...updates(1),
        'find ws_second_factors',
        ...updates(1),
      ]);
    });
  });

  it('has an index that removes what nobody asks for any more', async () => {
    expect(await app.workspace.db.collection('ws_second_factors').indexes()).toContainEqual(
      expect.objectContaining({ key: { expiresAt: 1 }, expireAfterSeconds: 0 }),
    );
  });
});
