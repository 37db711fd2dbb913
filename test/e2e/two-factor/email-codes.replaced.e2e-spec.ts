import { EmailCodeRepository } from '../../../src/workspace-data/users/email-code.repository';
import { EmailScene, PASSWORD } from '../../support/email-scene';
import { detailsOf } from '../../support/expectations';
import { HttpAnswer } from '../../support/http';
import { TestUser } from '../../support/workspace';

const OK = { status: 200 };
const MINUTE = { seconds: 60 };
const INVALID = {
  status: 400,
  text: '{"success":false,"error":"TOTP Invalid [totp-invalid]","errorType":"totp-invalid","details":{"method":"email","codeGenerated":false}}',
};
const LOCKED = { status: 429 };
const MAX_ATTEMPTS = 3;

const differentFrom = (...codes: string[]): string =>
  ['000000', '000001', '000002', '000003'].find((code) => !codes.includes(code)) ?? '';
const times = <T>(count: number, action: (n: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, n) => action(n)));

describe('e-mail code that a stranger has had replaced', () => {
  let scene: EmailScene;
  let user: TestUser;

  beforeAll(async () => {
    scene = await EmailScene.start({
      TWO_FACTOR_MAX_ATTEMPTS: String(MAX_ATTEMPTS),
      REQUEST_TIMEOUT_MS: '30000',
      DATABASE_TIMEOUT_MS: '30000',
    });
  });
  beforeEach(async () => {
    user = await scene.person();
  });
  afterAll(() => scene.app.close());

  const submit = (code?: string): Promise<HttpAnswer> => scene.show(user, code);
  const login = (code: string): Promise<HttpAnswer> =>
    scene.app.login({ user: `user-${user.id}`, password: PASSWORD, code });
  const receive = async (): Promise<string> => {
    await submit();
    return scene.mailsTo(user).at(-1) ?? '';
  };
  /** Has another code sent in place of the current one. */
  const replace = async (): Promise<string> => {
    const before = scene.mailsTo(user).length;
    await scene.resend(`user-${user.id}`);
    await scene.settle();
    expect(scene.mailsTo(user)).toHaveLength(before + 1);
    return scene.mailsTo(user).at(-1) ?? '';
  };
  /** @returns the replaced code and the current one */
  const replaced = async (): Promise<[old: string, next: string]> => {
    const old = await receive();
    scene.app.clock.advance(MINUTE);
    const next = await replace();
    return old === next ? replaced() : [old, next];
  };
  const users = () => scene.app.workspace.db.collection<{ _id: string }>('users');
  const attempts = async (): Promise<number | undefined> => (await scene.stored(user))?.attempts;

  it('refuses the replaced code for a minute without counting a try or an attempt', async () => {
    const [old, next] = await replaced();
    for (let i = 0; i < MAX_ATTEMPTS + 1; i++) expect(await submit(old)).toMatchObject(INVALID);
    expect(await attempts()).toBe(0);
    // No attempt has been used up.
    const wrong = differentFrom(old, next);
    for (let i = 0; i < MAX_ATTEMPTS - 1; i++) expect(await submit(wrong)).toMatchObject(INVALID);
    expect(await submit(next)).toMatchObject(OK);
    expect(await scene.stored(user)).toBeUndefined();
  });

  it('refuses the replaced code at a login without counting it', async () => {
    const [old, next] = await replaced();
    for (let i = 0; i < MAX_ATTEMPTS + 1; i++) {
      expect(await login(old)).toMatchObject({ status: 401 });
    }
    expect(await login(next)).toMatchObject(OK);
  });

  it.each([
    [59.999, 0],
    [60, 1],
  ])(
    'counts the replaced code as a wrong one after a minute: %p s later, %p tries are used',
    async (seconds, tries) => {
      const [old] = await replaced();
      scene.app.clock.advance({ seconds });
      expect(await submit(old)).toMatchObject(INVALID);
      expect(await attempts()).toBe(tries);
    },
  );

  it('spares only the latest replaced code and counts the one before it', async () => {
    const [first, second] = await replaced();
    scene.app.clock.advance(MINUTE);
    const third = await replace();
    if (new Set([first, second, third]).size < 3) return;
    expect(await submit(first)).toMatchObject(INVALID);
    expect(await attempts()).toBe(1);
    expect(await submit(second)).toMatchObject(INVALID);
    expect(await attempts()).toBe(1);
  });

  it('spares the replaced code five times and then counts it until the lockout', async () => {
    const [old] = await replaced();
    for (let i = 0; i < 5 + MAX_ATTEMPTS; i++) expect(await submit(old)).toMatchObject(INVALID);
    expect(await attempts()).toBe(MAX_ATTEMPTS);
    expect(await submit(old)).toMatchObject(LOCKED);
  });

  it('spares the replaced code five times even when twelve arrive at once, and lets none pass', async () => {
    const [old] = await replaced();
    // From different programs, because parallel identical guesses of one program count once.
    const answers = await times(12, (n) => scene.show(user, old, { 'user-agent': `program ${n}` }));
    for (let i = 0; i < 12; i++) answers.push(await submit(old));
    expect(answers.filter(({ status }) => status === 200)).toEqual([]);
    const refused = answers.filter(({ status }) => status === 400);
    expect(refused).toHaveLength(5 + MAX_ATTEMPTS);
    expect(answers.at(-1)).toMatchObject(LOCKED);
  });

  it('stores the replaced hash beside the current code, where Rocket.Chat still finds its own fields', async () => {
    const before = await receive().then(() => scene.stored(user));
    scene.app.clock.advance(MINUTE);
    await scene.app.withFullBcrypt(replace);
    const now = scene.app.clock.now().getTime();
    const stored = await scene.stored(user);
    expect(stored).toEqual({
      code: expect.stringMatching(/^\$2b\$10\$.{53}$/) as string,
      expire: new Date(now + 600_000),
      attempts: 0,
      replaced: { code: before?.code, until: new Date(now + 60_000), shown: 0 },
    });
  });

  it('ignores a replaced code that other programs have stored in another form', async () => {
    const codes = scene.app.partOf(EmailCodeRepository);
    const until = new Date(scene.app.clock.now().getTime() + 60_000);
    const code = await receive();
    const hash = (await scene.stored(user))?.code;
    for (const replaced of [null, 'text', 7, [], { until }, { code: 7, until }, { code: 'x' }]) {
      await users().updateOne(
        { _id: user.id },
        { $set: { 'services.emailCode.replaced': replaced, 'services.emailCode.attempts': 0 } },
      );
      expect(await codes.takeTry(user.id, 'factor', scene.app.clock.now())).toEqual({ code: hash });
      expect(await attempts()).toBe(1);
    }
    expect(await submit(code)).toMatchObject(OK);
  });
});

describe('e-mail code whose tries are used up', () => {
  let scene: EmailScene;
  let user: TestUser;

  beforeAll(async () => {
    // High enough that the limit of each code is reached before the user's lockout.
    scene = await EmailScene.start({
      TWO_FACTOR_MAX_ATTEMPTS: '100',
      REQUEST_TIMEOUT_MS: '30000',
      DATABASE_TIMEOUT_MS: '30000',
    });
  });
  beforeEach(async () => {
    user = await scene.person();
  });
  afterAll(() => scene.app.close());

  const challenge = async (): Promise<string> => {
    expect(detailsOf(await scene.show(user))).toMatchObject({ codeGenerated: true });
    return scene.mailsTo(user).at(-1) ?? '';
  };
  const useUpTries = (): Promise<unknown> =>
    scene.app.workspace.db
      .collection<{ _id: string }>('users')
      .updateOne({ _id: user.id }, { $set: { 'services.emailCode.attempts': 5 } });
  const guessUntilUsedUp = async (code: string, by = user): Promise<void> => {
    for (let i = 0; i < 5; i++) {
      expect(await scene.show(by, differentFrom(code))).toMatchObject(INVALID);
    }
    expect(await scene.show(by, code)).toMatchObject(INVALID);
  };

  it('replaces a code used up by a stolen token when its owner asks, so the owner is not locked out', async () => {
    const thief = await scene.app.workspace.addLogin(user);
    await guessUntilUsedUp(await challenge(), thief);
    const fresh = await challenge();
    expect((await scene.stored(user))?.attempts).toBe(0);
    expect(await scene.show(user, fresh)).toMatchObject(OK);
  });

  it('replaces the code at a login', async () => {
    await challenge();
    await useUpTries();
    const credentials = { user: `user-${user.id}`, password: PASSWORD };
    expect(detailsOf(await scene.app.login(credentials))).toMatchObject({ codeGenerated: true });
    const code = scene.mailsTo(user).at(-1) ?? '';
    expect(await scene.app.login({ ...credentials, code })).toMatchObject(OK);
  });

  it('replaces the code when another one is requested by name', async () => {
    await challenge();
    await useUpTries();
    scene.app.clock.advance(MINUTE);
    await scene.resend(`user-${user.id}`);
    await scene.settle();
    expect(scene.mailsTo(user)).toHaveLength(2);
    expect(await scene.show(user, scene.mailsTo(user)[1])).toMatchObject(OK);
  });

  it('replaces the code in one of eight parallel challenges', async () => {
    await challenge();
    await useUpTries();
    const answers = await times(8, () => scene.show(user));
    const generated = answers.filter(
      (answer) => (detailsOf(answer) as { codeGenerated: boolean }).codeGenerated,
    );
    expect(generated).toHaveLength(1);
    expect(scene.mailsTo(user)).toHaveLength(2);
    expect(await scene.show(user, scene.mailsTo(user)[1])).toMatchObject(OK);
  });

  it('replaces the code as often as mails may be sent, and keeps it used up after that', async () => {
    const codes = scene.app.partOf(EmailCodeRepository);
    const replacing = jest.spyOn(codes, 'replace');
    for (let i = 0; i < 10; i++) {
      await challenge();
      await useUpTries();
    }
    const last = scene.mailsTo(user).at(-1) ?? '';
    for (let i = 0; i < 3; i++) expect(await scene.show(user)).toMatchObject({ status: 429 });
    expect(await scene.show(user, last)).toMatchObject(INVALID);
    expect(await scene.stored(user)).toMatchObject({ attempts: 5 });
    expect(scene.mailsTo(user)).toHaveLength(10);
    // Nor was another code hashed, which is slow, and stored for a while.
    expect(replacing).toHaveBeenCalledTimes(9);
    replacing.mockRestore();
  });

  it('keeps the code used up when the mail with another one cannot be sent', async () => {
    const code = await challenge();
    await useUpTries();
    scene.mailbox.fail('refusing');
    expect(await scene.show(user)).toMatchObject({ status: 503 });
    scene.mailbox.fail(undefined);
    expect(await scene.show(user, code)).toMatchObject(INVALID);
    expect(await scene.show(user, await challenge())).toMatchObject(OK);
  });

  it('verifies a code at most five times among parallel guesses, challenges and resends', async () => {
    const codes = scene.app.partOf(EmailCodeRepository);
    const takeTry = codes.takeTry.bind(codes);
    const verified = new Map<string, number>();
    const counting = jest.spyOn(codes, 'takeTry').mockImplementation(async (...args) => {
      const taken = await takeTry(...args);
      if (taken) verified.set(taken.code, (verified.get(taken.code) ?? 0) + 1);
      return taken;
    });
    await challenge();
    for (let round = 0; round < 2; round++) {
      await Promise.all([
        times(7, (n) => scene.show(user, `wrong ${n}`)),
        times(2, () => scene.show(user)),
        scene.resend(`user-${user.id}`),
      ]);
      await scene.settle();
      scene.app.clock.advance(MINUTE);
    }
    // In whichever order they came: the first code is used up by now, so this guess is at another one.
    await scene.show(user);
    await scene.show(user, 'wrong');
    counting.mockRestore();
    expect(verified.size).toBeGreaterThan(1);
    expect(verified.size).toBeLessThanOrEqual(scene.mailsTo(user).length);
    for (const tries of verified.values()) expect(tries).toBeLessThanOrEqual(5);
  });
});
