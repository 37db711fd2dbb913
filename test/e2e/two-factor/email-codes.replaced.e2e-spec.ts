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

describe('a code by e-mail that a stranger has had replaced', () => {
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

  const show = (code?: string): Promise<HttpAnswer> => scene.show(user, code);
  const login = (code: string): Promise<HttpAnswer> =>
    scene.app.login({ user: `user-${user.id}`, password: PASSWORD, code });
  const receive = async (): Promise<string> => {
    await show();
    return scene.mailsTo(user).at(-1) ?? '';
  };
  /** Another one is sent in its place. */
  const replace = async (): Promise<string> => {
    const before = scene.mailsTo(user).length;
    await scene.resend(`user-${user.id}`);
    await scene.settle();
    expect(scene.mailsTo(user)).toHaveLength(before + 1);
    return scene.mailsTo(user).at(-1) ?? '';
  };
  /** @returns the code of a moment ago, and the one in its place */
  const replaced = async (): Promise<[old: string, next: string]> => {
    const old = await receive();
    scene.app.clock.advance(MINUTE);
    const next = await replace();
    return old === next ? replaced() : [old, next];
  };
  const users = () => scene.app.workspace.db.collection<{ _id: string }>('users');
  const attempts = async (): Promise<number | undefined> => (await scene.stored(user))?.attempts;

  it('is refused for a minute, and neither a try nor an attempt', async () => {
    const [old, next] = await replaced();
    for (let i = 0; i < MAX_ATTEMPTS + 1; i++) expect(await show(old)).toMatchObject(INVALID);
    expect(await attempts()).toBe(0);
    // None of the attempts is gone.
    const wrong = differentFrom(old, next);
    for (let i = 0; i < MAX_ATTEMPTS - 1; i++) expect(await show(wrong)).toMatchObject(INVALID);
    expect(await show(next)).toMatchObject(OK);
    expect(await scene.stored(user)).toBeUndefined();
  });

  it('is no other at a login', async () => {
    const [old, next] = await replaced();
    for (let i = 0; i < MAX_ATTEMPTS + 1; i++) {
      expect(await login(old)).toMatchObject({ status: 401 });
    }
    expect(await login(next)).toMatchObject(OK);
  });

  it.each([
    [59.999, 0],
    [60, 1],
  ])('counts after a minute: %p s behind it, %p of its tries are gone', async (seconds, tries) => {
    const [old] = await replaced();
    scene.app.clock.advance({ seconds });
    expect(await show(old)).toMatchObject(INVALID);
    expect(await attempts()).toBe(tries);
  });

  it('is one: the code before it counts', async () => {
    const [first, second] = await replaced();
    scene.app.clock.advance(MINUTE);
    const third = await replace();
    if (new Set([first, second, third]).size < 3) return;
    expect(await show(first)).toMatchObject(INVALID);
    expect(await attempts()).toBe(1);
    expect(await show(second)).toMatchObject(INVALID);
    expect(await attempts()).toBe(1);
  });

  it('is uncounted five times: whoever goes on with it has the work counted', async () => {
    const [old] = await replaced();
    for (let i = 0; i < 5 + MAX_ATTEMPTS; i++) expect(await show(old)).toMatchObject(INVALID);
    expect(await attempts()).toBe(MAX_ATTEMPTS);
    expect(await show(old)).toMatchObject(LOCKED);
  });

  it('is uncounted five times also when twelve come at once, and then nobody gets in by it', async () => {
    const [old] = await replaced();
    // Of programs of their own: the same guess of one program at once would be one.
    const answers = await times(12, (n) => scene.show(user, old, { 'user-agent': `program ${n}` }));
    for (let i = 0; i < 12; i++) answers.push(await show(old));
    expect(answers.filter(({ status }) => status === 200)).toEqual([]);
    const refused = answers.filter(({ status }) => status === 400);
    expect(refused).toHaveLength(5 + MAX_ATTEMPTS);
    expect(answers.at(-1)).toMatchObject(LOCKED);
  });

  it('is kept as a hash beside the one that counts, where the original finds what it looks for', async () => {
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

  it('may be stored as anything by others, and is nothing then', async () => {
    const codes = scene.app.app.get(EmailCodeRepository, { strict: false });
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
    expect(await show(code)).toMatchObject(OK);
  });
});

describe('a code by e-mail that was tried out', () => {
  let scene: EmailScene;
  let user: TestUser;

  beforeAll(async () => {
    // The cap on wrong codes of a user is another one.
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
  const wearOut = (): Promise<unknown> =>
    scene.app.workspace.db
      .collection<{ _id: string }>('users')
      .updateOne({ _id: user.id }, { $set: { 'services.emailCode.attempts': 5 } });
  const tryOut = async (code: string, by = user): Promise<void> => {
    for (let i = 0; i < 5; i++) {
      expect(await scene.show(by, differentFrom(code))).toMatchObject(INVALID);
    }
    expect(await scene.show(by, code)).toMatchObject(INVALID);
  };

  it('by a stolen token is replaced when its owner asks for one: nobody is locked out', async () => {
    const thief = await scene.app.workspace.addLogin(user);
    await tryOut(await challenge(), thief);
    const fresh = await challenge();
    expect((await scene.stored(user))?.attempts).toBe(0);
    expect(await scene.show(user, fresh)).toMatchObject(OK);
  });

  it('is replaced at a login', async () => {
    await challenge();
    await wearOut();
    const credentials = { user: `user-${user.id}`, password: PASSWORD };
    expect(detailsOf(await scene.app.login(credentials))).toMatchObject({ codeGenerated: true });
    const code = scene.mailsTo(user).at(-1) ?? '';
    expect(await scene.app.login({ ...credentials, code })).toMatchObject(OK);
  });

  it('is replaced by whoever has another one sent', async () => {
    await challenge();
    await wearOut();
    scene.app.clock.advance(MINUTE);
    await scene.resend(`user-${user.id}`);
    await scene.settle();
    expect(scene.mailsTo(user)).toHaveLength(2);
    expect(await scene.show(user, scene.mailsTo(user)[1])).toMatchObject(OK);
  });

  it('is replaced by one of eight parallel challenges', async () => {
    await challenge();
    await wearOut();
    const answers = await times(8, () => scene.show(user));
    const generated = answers.filter(
      (answer) => (detailsOf(answer) as { codeGenerated: boolean }).codeGenerated,
    );
    expect(generated).toHaveLength(1);
    expect(scene.mailsTo(user)).toHaveLength(2);
    expect(await scene.show(user, scene.mailsTo(user)[1])).toMatchObject(OK);
  });

  it('is replaced as often as mails may be sent; then it stays tried out', async () => {
    const codes = scene.app.app.get(EmailCodeRepository, { strict: false });
    const replacing = jest.spyOn(codes, 'replace');
    for (let i = 0; i < 10; i++) {
      await challenge();
      await wearOut();
    }
    const last = scene.mailsTo(user).at(-1) ?? '';
    for (let i = 0; i < 3; i++) expect(await scene.show(user)).toMatchObject({ status: 429 });
    expect(await scene.show(user, last)).toMatchObject(INVALID);
    expect(await scene.stored(user)).toMatchObject({ attempts: 5 });
    expect(scene.mailsTo(user)).toHaveLength(10);
    // Nor is another one made, which takes long, and put in its place for a while.
    expect(replacing).toHaveBeenCalledTimes(9);
    replacing.mockRestore();
  });

  it('stays tried out when the mail with another one cannot be sent', async () => {
    const code = await challenge();
    await wearOut();
    scene.mailbox.fail('refusing');
    expect(await scene.show(user)).toMatchObject({ status: 503 });
    scene.mailbox.fail(undefined);
    expect(await scene.show(user, code)).toMatchObject(INVALID);
    expect(await scene.show(user, await challenge())).toMatchObject(OK);
  });

  it('has been judged five times, whatever comes between: guesses, challenges and resendings at once', async () => {
    const codes = scene.app.app.get(EmailCodeRepository, { strict: false });
    const takeTry = codes.takeTry.bind(codes);
    const judged = new Map<string, number>();
    const counting = jest.spyOn(codes, 'takeTry').mockImplementation(async (...args) => {
      const taken = await takeTry(...args);
      if (taken) judged.set(taken.code, (judged.get(taken.code) ?? 0) + 1);
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
    counting.mockRestore();
    expect(judged.size).toBeGreaterThan(1);
    expect(judged.size).toBeLessThanOrEqual(scene.mailsTo(user).length);
    for (const tries of judged.values()) expect(tries).toBeLessThanOrEqual(5);
  });
});
