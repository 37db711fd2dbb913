import fc from 'fast-check';
import { totpCode } from '../../../src/two-factor/methods/totp';
import { TestApp } from '../../support/app';
import { TOTP_INVALID } from '../../support/expectations';
import { HttpAnswer } from '../../support/http';
import { rounds } from '../../support/rounds';
import {
  ALREADY_ENABLED,
  codesOf,
  NOT_BEGUN,
  NOT_ENABLED,
  secretOf,
  sha256,
  TotpUser,
} from '../../support/totp-user';

const STEP = { seconds: 30 };
/** In which five wrong codes are a lockout. */
const WINDOW_SECONDS = 900;
/** How long a secret waits for its first code. */
const ENROLMENT_SECONDS = 600;
const OK = { status: 200 };

type Step =
  | 'enable'
  | 'validate'
  | 'validate wrong'
  | 'use code'
  | 'use backup'
  | 'use spent'
  | 'use wrong'
  | 'regenerate'
  | 'regenerate by backup'
  | 'disable'
  | 'disable by backup';

const STEPS: Step[] = [
  'enable',
  'validate',
  'validate wrong',
  'use code',
  'use backup',
  'use spent',
  'use wrong',
  'regenerate',
  'regenerate by backup',
  'disable',
  'disable by backup',
];

/** Runs steps against the service and records what must be true. */
class TotpModel {
  private begun: { secret: string; until: number } | undefined;
  private secret: string | undefined;
  private codes: string[] = [];
  private spent: string[] = [];
  private wrongAt: number[] = [];

  constructor(private readonly person: TotpUser) {}

  async run(step: Step): Promise<void> {
    switch (step) {
      case 'enable':
        return this.enable();
      case 'validate':
        return this.validate();
      case 'validate wrong':
        return this.refused(this.person.validate('wrong!'), this.validateState());
      case 'use code':
        return this.useCode();
      case 'use backup':
        return this.spend((code) => this.use(code));
      case 'use spent':
        return this.secret && this.spent[0]
          ? this.refused(this.use(this.spent[0]), undefined)
          : undefined;
      case 'use wrong':
        return this.secret ? this.refused(this.use('wrong!'), undefined) : undefined;
      case 'regenerate':
        return this.regenerate(this.code());
      case 'regenerate by backup':
        return this.spend((code) => this.regenerateWith(code));
      case 'disable':
        return this.disable(this.code());
      case 'disable by backup':
        return this.spend((code) => this.disableWith(code));
    }
  }

  async check(): Promise<void> {
    const remaining = await this.person.remaining();
    if (!this.secret) {
      expect(remaining).toMatchObject(NOT_ENABLED);
      return;
    }
    expect(remaining.body).toEqual({ remaining: this.codes.length, success: true });
    expect((await this.person.stored()).services.totp).toEqual({
      enabled: true,
      secret: this.secret,
      hashedBackup: this.codes.map(sha256),
    });
  }

  private async useCode(): Promise<void> {
    this.right(await this.use(this.code()));
  }

  private async enable(): Promise<void> {
    const answer = await this.person.enable();
    if (this.secret) {
      expect(answer).toMatchObject(ALREADY_ENABLED);
      return;
    }
    expect(answer).toMatchObject(OK);
    this.begun = { secret: secretOf(answer), until: this.now() + ENROLMENT_SECONDS * 1000 };
  }

  private async validate(): Promise<void> {
    const { temporary } = this;
    const code = temporary ? totpCode(temporary, this.person.app.clock.now()) : '123456';
    const answer = await this.person.validate(code);
    const state = this.validateState();
    if (state) {
      expect(answer).toMatchObject(state);
      return;
    }
    this.right(answer);
    this.secret = temporary;
    this.begun = undefined;
    this.codes = codesOf(answer);
  }

  private validateState(): object | undefined {
    if (this.secret) return ALREADY_ENABLED;
    return this.temporary ? undefined : NOT_BEGUN;
  }

  private async regenerate(code: string): Promise<void> {
    if (!this.secret) {
      expect(await this.person.regenerate(code)).toMatchObject(NOT_ENABLED);
      return;
    }
    this.right(await this.regenerateWith(code));
  }

  private async regenerateWith(code: string): Promise<HttpAnswer> {
    const answer = await this.person.regenerate(code);
    this.spent = [...this.codes, ...this.spent];
    this.codes = codesOf(answer);
    return answer;
  }

  private async disable(code: string): Promise<void> {
    if (!this.secret) {
      expect(await this.person.disable(code)).toMatchObject(NOT_ENABLED);
      return;
    }
    this.right(await this.disableWith(code));
  }

  private async disableWith(code: string): Promise<HttpAnswer> {
    const answer = await this.person.disable(code);
    this.spent = [...this.codes, ...this.spent];
    this.codes = [];
    this.secret = undefined;
    return answer;
  }

  private async spend(use: (code: string) => Promise<HttpAnswer>): Promise<void> {
    const code = this.codes.shift();
    if (code === undefined) return;
    this.spent.unshift(code);
    this.right(await use(code));
  }

  private use(code: string): Promise<HttpAnswer> {
    const { app, user } = this.person;
    return app.infoAdmin('any', { ...user.headers, 'x-2fa-code': code });
  }

  /** The current code of the enabled secret; without one, the password stands in. */
  private code(): string {
    return this.secret ? totpCode(this.secret, this.person.app.clock.now()) : 'correct horse';
  }

  private right({ status }: HttpAnswer): void {
    expect([200, 404]).toContain(status);
  }

  /** Expects a refusal by the state or of a wrong code, and waits when the lockout is reached. */
  private async refused(answer: Promise<HttpAnswer>, state: object | undefined): Promise<void> {
    if (state) {
      expect(await answer).toMatchObject(state);
      return;
    }
    expect(await answer).toMatchObject(TOTP_INVALID);
    const now = this.now();
    // No right code forgives them; each counts for a window of its own.
    this.wrongAt = [...this.wrongAt.filter((at) => at > now - WINDOW_SECONDS * 1000), now];
    if (this.wrongAt.length < 5) return;
    this.person.app.clock.advance({ seconds: WINDOW_SECONDS });
  }

  private get temporary(): string | undefined {
    return this.begun && this.now() < this.begun.until ? this.begun.secret : undefined;
  }

  private now(): number {
    return this.person.app.clock.now().getTime();
  }
}

describe('any sequence of enrolling, using and disabling TOTP', () => {
  it('keeps shown codes valid, used ones invalid, and wrong ones counted', async () => {
    const app = await TestApp.start();
    const step = fc.constantFrom(...STEPS);
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 25 }), async (steps) => {
        const options = { roles: ['admin'], totp: false, password: 'correct horse' };
        const model = new TotpModel(await TotpUser.create(app, options));
        // Most states lie behind these two steps.
        for (const next of ['enable' as const, 'validate' as const, ...steps]) {
          await model.run(next);
          await model.check();
          app.clock.advance(STEP);
        }
      }),
      { numRuns: rounds(25, 5) },
    );
    await app.close();
  }, 100_000);
});
