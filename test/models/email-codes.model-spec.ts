import fc from 'fast-check';
import { EmailCodesModel } from '../support/email-codes.model';
import { EmailScene, PASSWORD } from '../support/email-scene';
import { HttpAnswer } from '../support/http';
import { rounds } from '../support/rounds';
import { TestUser } from '../support/workspace';

const SEQUENCES = rounds(20, 3);
const COMMANDS = 40;
/** After this time no further sequence is tried, so a busy machine tries fewer. */
const TIME_LIMIT_MS = 40_000;
/** More than the tries of one code, so that each limit is reached alone. */
const MAX_FAILURES = 8;
const OK = { status: 200 };
const UNDERSTOOD = { status: 200, text: '{"success":true}' };

/** The service and the user under test. */
interface Service {
  scene: EmailScene;
  user: TestUser;
  /** All codes that were sent; expired, used and replaced ones must be refused. */
  sent: string[];
}

type Command = fc.AsyncCommand<EmailCodesModel, Service>;
type Typed = 'right' | 'an older one' | 'wrong' | 'password' | 'none';

function command(
  name: string,
  run: (model: EmailCodesModel, service: Service) => Promise<void>,
): Command {
  return { check: () => true, run, toString: () => name };
}

/** The text to submit in the current state; a missing code becomes a wrong one. */
function textOf({ last }: EmailCodesModel, { sent }: Service, typed: Typed): string {
  switch (typed) {
    case 'right':
      return last?.code ?? 'wrong!';
    case 'an older one':
      return sent.findLast((code) => code !== last?.code) ?? 'wrong!';
    case 'wrong':
      return 'wrong!';
    case 'password':
      return PASSWORD;
    case 'none':
      return '';
  }
}

/** Reads the new mails, which must be as many as the model predicts. */
function read({ scene, user, sent }: Service, sends: { code: string } | undefined): void {
  const [code, ...others] = scene.mailsTo(user).slice(sent.length);
  expect([code !== undefined, others]).toEqual([sends !== undefined, []]);
  if (code === undefined || !sends) return;
  sends.code = code;
  sent.push(code);
}

const prove = (typed: Typed): Command =>
  command(`info.admin, code: ${typed}`, async (model, service) => {
    const text = textOf(model, service, typed);
    const { refusal, sends } = model.prove(text);
    expect(await service.scene.show(service.user, text)).toMatchObject(refusal ?? OK);
    read(service, sends);
  });

/** Signs in with the right password; its bodies have another shape, so only the details are compared. */
const logIn = (typed: Typed): Command =>
  command(`login, code: ${typed}`, async (model, service) => {
    const text = textOf(model, service, typed);
    const { refusal, sends } = model.prove(text, 'login');
    const credentials = { user: `user-${service.user.id}`, password: PASSWORD, code: text };
    const answer = await service.scene.app.login(credentials);
    expect(detailsOf(answer)).toEqual(refusal ? detailsOf(refusal) : undefined);
    expect(answer.status === 200).toBe(!refusal);
    read(service, sends);
  });

const resend = command('sendEmailCode', async (model, service) => {
  const { sends } = model.resend();
  const answer = await service.scene.resend(`user-${service.user.id}`);
  expect(answer).toMatchObject(UNDERSTOOD);
  await service.scene.settle();
  read(service, sends);
});

const turn = (isUp: boolean): Command =>
  command(`the mail server ${isUp ? 'works' : 'refuses'}`, (model, { scene }) => {
    model.isServerUp = isUp;
    scene.mailbox.fail(isUp ? undefined : 'refusing');
    return Promise.resolve();
  });

const wait = (seconds: number): Command =>
  command(`${seconds} seconds pass`, (model, { scene }) => {
    model.wait(seconds);
    scene.app.clock.advance({ seconds });
    return Promise.resolve();
  });

const detailsOf = ({ text = '' }: Partial<HttpAnswer>): unknown =>
  (JSON.parse(text) as { details?: unknown }).details;

const typed = fc.oneof(
  { weight: 2, arbitrary: fc.constant<Typed>('right') },
  { weight: 3, arbitrary: fc.constant<Typed>('none') },
  { weight: 5, arbitrary: fc.constantFrom<Typed>('an older one', 'wrong', 'password') },
);
const commands = [
  typed.map(prove),
  typed.map(prove),
  typed.map(prove),
  typed.map(logIn),
  fc.constant(resend),
  fc.constant(resend),
  fc
    .oneof(
      { weight: 1, arbitrary: fc.constant(false) },
      { weight: 2, arbitrary: fc.constant(true) },
    )
    .map(turn),
  fc.constantFrom(1, 59, 60, 60, 299, 300, 599, 600, 600, 899, 900).map(wait),
];

/** A failure prints how to reproduce it; see `second-factor.model-spec.ts`. */
describe('codes by e-mail against their model', () => {
  it(`answers and sends mails as the model predicts in any of ${SEQUENCES} sequences of up to ${COMMANDS} commands`, async () => {
    const scene = await EmailScene.start({ TWO_FACTOR_MAX_ATTEMPTS: String(MAX_FAILURES) });
    const start = async (): Promise<{ model: EmailCodesModel; real: Service }> => {
      scene.mailbox.fail(undefined);
      const user = await scene.person();
      const now = scene.app.clock.now().getTime();
      const model = new EmailCodesModel(now, MAX_FAILURES, `user-${user.id}`);
      return { model, real: { scene, user, sent: [] } };
    };
    await fc.assert(
      fc.asyncProperty(
        fc.commands(commands, { maxCommands: COMMANDS, size: 'max' }),
        async (sequence) => {
          const { model, real } = await start();
          await fc.asyncModelRun(() => ({ model, real }), sequence);
          const stored = await scene.stored(real.user);
          const { last } = model;
          expect(stored && { expiresAt: stored.expire.getTime(), tries: stored.attempts }).toEqual(
            last && { expiresAt: last.expiresAt, tries: last.tries },
          );
        },
      ),
      { numRuns: SEQUENCES, interruptAfterTimeLimit: TIME_LIMIT_MS },
    );
    await scene.app.close();
  }, 120_000);
});
