import { SecondFactorLedger } from '../../src/two-factor/second-factor-ledger';
import { CodeClaim } from '../../src/two-factor/second-factor-record.schema';
import { TestApp } from '../support/app';
import { describeCommand } from '../support/explain';
import { newId } from '../support/workspace';

const MINUTE_MS = 60_000;
const WINDOW_MS = 15 * MINUTE_MS;
const MAX_ATTEMPTS = 5;

interface LedgerRecord {
  _id: string;
  windowEndsAt: Date;
  expiresAt: Date;
  claims?: object;
  hashClaims?: string[];
}

/** What it does behind the answers: they are the subject of `second-factor.e2e-spec.ts`. */
describe('the ledger of the second factor', () => {
  let app: TestApp;
  let ledger: SecondFactorLedger;
  let userId: string;

  beforeAll(async () => {
    app = await TestApp.start();
    ledger = app.app.get(SecondFactorLedger, { strict: false });
  });
  beforeEach(() => {
    userId = newId();
  });
  afterAll(() => app.close());

  const now = (): Date => app.clock.now();
  const stepClaim = (timeStep: number, client = 'client'): CodeClaim => ({
    timeStep,
    secretHash: 'secret',
    clientHash: client,
  });
  const record = async (): Promise<LedgerRecord> => {
    const found = await app.workspace.db
      .collection<LedgerRecord>('ws_second_factors')
      .findOne({ _id: userId });
    if (!found) throw new Error('There is no record.');
    return found;
  };
  const commandsOf = async (action: () => Promise<unknown>): Promise<string[]> =>
    (await app.commandsDuring(action)).map(describeCommand);
  const lockOut = async (): Promise<void> => {
    for (let i = 0; i < MAX_ATTEMPTS; i++) await ledger.refuse(userId, now());
  };

  it('keeps the claims of four time steps, however many there have been', async () => {
    for (let timeStep = 100; timeStep < 110; timeStep++) {
      expect(await ledger.accept(userId, now(), stepClaim(timeStep))).toBe(true);
    }
    expect(Object.values((await record()).claims ?? {})).toEqual(
      expect.arrayContaining([106, 107, 108, 109].map((timeStep) => stepClaim(timeStep))),
    );
    expect(Object.keys((await record()).claims ?? {})).toHaveLength(4);
    for (let timeStep = 106; timeStep < 110; timeStep++) {
      expect(await ledger.accept(userId, now(), stepClaim(timeStep, 'another'))).toBe(false);
    }
  });

  it('does not take a code of a step before the one in its slot', async () => {
    expect(await ledger.accept(userId, now(), stepClaim(104))).toBe(true);
    expect(await ledger.accept(userId, now(), stepClaim(100))).toBe(false);
  });

  it('keeps the latest twelve claims of stored codes', async () => {
    const hashes = Array.from({ length: 14 }, (_, i) => `hash ${i}`);
    for (const codeHash of hashes) {
      expect(await ledger.accept(userId, now(), { codeHash })).toBe(true);
      expect(await ledger.accept(userId, now(), { codeHash })).toBe(false);
    }
    expect((await record()).hashClaims).toEqual(hashes.slice(-12));
  });

  it('outlives by minutes all that it is asked for', async () => {
    await ledger.accept(userId, now(), stepClaim(100));
    expect((await record()).expiresAt).toEqual(new Date(now().getTime() + 5 * MINUTE_MS));
    await ledger.refuse(userId, now());
    const windowEndsAt = new Date(now().getTime() + WINDOW_MS);
    expect(await record()).toMatchObject({
      windowEndsAt,
      expiresAt: new Date(windowEndsAt.getTime() + 5 * MINUTE_MS),
    });
  });

  it('does for a wrong code what it does for one that is used up, to the size', async () => {
    const claim: CodeClaim = {
      timeStep: 7,
      secretHash: 's'.repeat(44),
      clientHash: 'c'.repeat(44),
    };
    await ledger.accept(userId, now(), claim);
    const replay: CodeClaim = { ...claim, clientHash: 'd'.repeat(44) };
    const [used, wrong] = [
      await app.commandsDuring(() => ledger.accept(userId, now(), replay)),
      await app.commandsDuring(() => ledger.turnDown(userId, now())),
    ];
    expect(wrong.map(describeCommand)).toEqual(used.map(describeCommand));
    expect(wrong.length).toBeGreaterThan(0);
    const stored = await record();
    await ledger.turnDown(userId, now());
    expect(await record()).toEqual(stored);
  });

  it('counts a wrong code in one statement, opens a window in two more, and costs little beyond the cap', async () => {
    const first = await commandsOf(() => ledger.refuse(userId, now()));
    expect(first).toEqual(['update', 'find', 'update'].map((name) => `${name} ws_second_factors`));
    const second = await app.commandsDuring(() => ledger.refuse(userId, now()));
    expect(second.map(describeCommand)).toEqual(['update ws_second_factors']);
    await lockOut();
    const locked = await app.commandsDuring(() => ledger.refuse(userId, now()));
    expect(locked.map(describeCommand)).toEqual([
      'update ws_second_factors',
      'find ws_second_factors',
    ]);
    expect(locked[1]?.command).toMatchObject({ projection: { windowEndsAt: 1 } });
  });

  it('tells the end of a lockout to the millisecond, and counts anew after it', async () => {
    expect(await ledger.lockedUntil(userId, now())).toBeUndefined();
    await lockOut();
    const end = new Date(now().getTime() + WINDOW_MS);
    expect(await ledger.lockedUntil(userId, new Date(end.getTime() - 1))).toEqual(end);
    expect(await ledger.refuse(userId, new Date(end.getTime() - 1))).toEqual(end);
    expect(await ledger.accept(userId, new Date(end.getTime() - 1))).toBe(false);
    expect(await ledger.lockedUntil(userId, end)).toBeUndefined();
    expect(await ledger.refuse(userId, end)).toBeUndefined();
    expect(await ledger.accept(userId, end)).toBe(true);
  });

  it('has an index that removes what nobody asks for any more', async () => {
    expect(await app.workspace.db.collection('ws_second_factors').indexes()).toContainEqual(
      expect.objectContaining({ key: { expiresAt: 1 }, expireAfterSeconds: 0 }),
    );
  });
});
