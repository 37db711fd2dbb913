import { totpCode } from '../../src/two-factor/methods/totp';
import { AttemptsModel, lockedBy } from './attempts.model';
import { LOGIN_TOTP_INVALID, LOGIN_TOTP_REQUIRED, typedRefusal } from './expectations';

/** The default caps on wrong codes: per token and for logins, and per user. */
const CAP = 5;
const CAP_PER_USER = 25;
/** The length of a time step. */
const STEP_MS = 30_000;
const ENROLMENT_MS = 600_000;

/** An expected answer. */
export interface Expected {
  status: number;
  text?: string;
  headers?: Record<string, string>;
}

/** A token of the user, and whether it should still be valid. */
export interface ModelLogin {
  id: number;
  token: string;
  isAlive: boolean;
  /** Set for a personal access token: whether it passes without a second factor. */
  bypasses?: boolean;
  attempts: AttemptsModel;
}

/** One login in one client. */
export interface ModelClient {
  login: ModelLogin;
  userAgent: string;
}

/** The methods of this model; codes by e-mail have their own. */
type Method = 'totp' | 'password';

/** What using a right code changes; undefined for a wrong one. */
type Use = (() => void) | undefined;

/**
 * The simplest correct model of one user's second factor: no database, no atomicity, no slots. Each request returns the
 * answer that the service must give, and changes the model accordingly. Undefined means that it is admitted.
 */
export class SecondFactorModel {
  readonly logins: ModelLogin[] = [];
  /** The active secret, and the one that is still to be validated. */
  secret: string | undefined;
  temporary: { secret: string; of: ModelLogin; expiresAt: number } | undefined;
  codes: string[] = [];
  /** Backup codes that are no longer valid, the latest last. */
  readonly spent: string[] = [];
  /** The latest code that was right. */
  lastRight = '';
  private nextId = 0;
  private readonly attempts = new AttemptsModel(CAP_PER_USER);
  private readonly attemptsAtLogin = new AttemptsModel(CAP);
  /** Which client used the code of a secret and a time step. */
  private readonly claims = new Map<string, string>();

  /** @param time milliseconds since the epoch */
  constructor(
    private time: number,
    readonly password: string,
  ) {}

  wait(seconds: number): void {
    this.time += seconds * 1000;
  }

  /** A token that is about to be requested; it counts once it is among the `logins`. */
  newLogin(bypasses?: boolean): ModelLogin {
    const id = this.nextId++;
    const attempts = new AttemptsModel(CAP);
    return { id, token: '', isAlive: true, attempts, ...(bypasses !== undefined && { bypasses }) };
  }

  /** The code of an authenticator, this many steps from now. */
  codeOf(secret: string, steps: number): string {
    return totpCode(secret, new Date(this.time + steps * STEP_MS));
  }

  /** A request that demands a second factor; an empty code stands for none. */
  prove({ login, userAgent }: ModelClient, code: string): Expected | undefined {
    if (login.bypasses) return undefined;
    const method = this.method;
    if (code === '') return required(method);
    return this.verify(method, code, this.useOf(code, { login, userAgent }), login);
  }

  /** `login` with the right password. */
  logIn(client: ModelClient, code: string): Expected | undefined {
    if (!this.secret) return undefined;
    if (code === '') return LOGIN_TOTP_REQUIRED;
    const refusal = this.verify('totp', code, this.useOf(code, client));
    return refusal?.status === 400 ? LOGIN_TOTP_INVALID : refusal;
  }

  /** `users.enableTotp`, except the secret. */
  enable({ login }: ModelClient, code: string): Expected | undefined {
    if (this.secret) return ALREADY_ENABLED;
    if (code === '') return required('password');
    return this.verify('password', code, this.useOfPassword(code), login);
  }

  /** Keeps the secret that `enable` has issued: for this login, and for ten minutes. */
  begin(secret: string, { login: of }: ModelClient): void {
    this.temporary = { secret, of, expiresAt: this.time + ENROLMENT_MS };
  }

  /** `users.validateTotp`, except the backup codes. */
  validate(client: ModelClient, code: string): Expected | undefined {
    if (this.secret) return ALREADY_ENABLED;
    const { temporary } = this;
    const isTheirs = temporary?.of === client.login && this.time < temporary.expiresAt;
    if (!isTheirs) return NOT_BEGUN;
    const use = this.useOfTotp(temporary.secret, code, client);
    const refusal = this.verify('totp', code, use, client.login);
    if (refusal) return refusal;
    [this.secret, this.temporary] = [temporary.secret, undefined];
    this.endOthers(client);
    return undefined;
  }

  /** `users.disableTotp`. */
  disable(client: ModelClient, code: string): Expected | undefined {
    const refusal = this.change(client, code);
    if (refusal) return refusal;
    this.secret = undefined;
    this.retireCodes();
    this.endOthers(client);
    return undefined;
  }

  /** `users.regenerateTotpCodes`, except the new codes. */
  regenerate(client: ModelClient, code: string): Expected | undefined {
    const refusal = this.change(client, code);
    if (!refusal) this.retireCodes();
    return refusal;
  }

  /** `users.totpCodesRemaining`. */
  remaining(): Expected {
    return this.secret
      ? { status: 200, text: `{"remaining":${this.codes.length},"success":true}` }
      : NOT_ENABLED;
  }

  /** Whether the user, or one of the tokens, is locked out. */
  get isLockedOut(): boolean {
    const tokens = this.logins.map(({ attempts }) => attempts);
    return [...tokens, this.attempts].some((one) => one.lockedUntil(this.time) !== undefined);
  }

  private get method(): Method {
    return this.secret ? 'totp' : 'password';
  }

  private change(client: ModelClient, code: string): Expected | undefined {
    if (!this.secret) return NOT_ENABLED;
    return this.verify('totp', code, this.useOf(code, client), client.login);
  }

  /** @param login with which the code is submitted; absent at a login */
  private verify(method: Method, code: string, use: Use, login?: ModelLogin): Expected | undefined {
    const counters = login ? [login.attempts, this.attempts] : [this.attemptsAtLogin];
    const until = lockedBy(counters, this.time);
    if (until !== undefined) return locked(method, (until - this.time) / 1000);
    if (use) {
      use();
      this.lastRight = code;
      return undefined;
    }
    for (const counter of counters) counter.count(this.time);
    return invalid(method);
  }

  private useOf(code: string, client: ModelClient): Use {
    if (!this.secret) return this.useOfPassword(code);
    return this.useOfTotp(this.secret, code, client) ?? this.useOfBackup(code);
  }

  private useOfPassword(code: string): Use {
    return code === this.password ? () => undefined : undefined;
  }

  private useOfBackup(code: string): Use {
    if (!this.codes.includes(code)) return undefined;
    return () => {
      this.codes = this.codes.filter((left) => left !== code);
      this.spent.push(code);
    };
  }

  /** A TOTP code belongs to the client that used it first. */
  private useOfTotp(secret: string, code: string, { login, userAgent }: ModelClient): Use {
    const steps = [-1, 0, 1].find((away) => this.codeOf(secret, away) === code);
    if (steps === undefined) return undefined;
    const key = `${secret} ${Math.floor(this.time / STEP_MS) + steps}`;
    const client = `${login.id} ${userAgent}`;
    const owner = this.claims.get(key) ?? client;
    return owner === client ? () => this.claims.set(key, client) : undefined;
  }

  private retireCodes(): void {
    this.spent.push(...this.codes);
    this.codes = [];
  }

  private endOthers({ login }: ModelClient): void {
    for (const other of this.logins) {
      if (other !== login && other.bypasses === undefined) other.isAlive = false;
    }
  }
}

const ALREADY_ENABLED = typedRefusal('TOTP is already enabled [error-2fa-already-enabled]');
const NOT_ENABLED = typedRefusal('TOTP is not enabled [error-2fa-not-enabled]');
const NOT_BEGUN = typedRefusal('There is no TOTP enrolment to validate [error-2fa-not-begun]');

/** A refusal in the form of all routes but `login`. */
export function refusal(error: string, more: object = {}, status = 400): Expected {
  return { status, text: JSON.stringify({ success: false, error, ...more }) };
}

function required(method: Method): Expected {
  const availableMethods = method === 'totp' ? ['totp'] : [];
  const details = { method, codeGenerated: false, availableMethods };
  return refusal('TOTP Required [totp-required]', { errorType: 'totp-required', details });
}

/** The code was wrong. */
export function invalid(method: Method | 'email'): Expected {
  const details = { method, codeGenerated: false };
  return refusal('TOTP Invalid [totp-invalid]', { errorType: 'totp-invalid', details });
}

/** The user is locked out for this many seconds. */
export function locked(method: Method | 'email', seconds: number): Expected {
  const error = 'TOTP Maximum Failed Attempts Reached [totp-max-attempts]';
  const more = { errorType: 'totp-max-attempts', details: { method } };
  return { ...refusal(error, more, 429), headers: { 'retry-after': String(seconds) } };
}
