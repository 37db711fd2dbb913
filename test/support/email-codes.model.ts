import { AttemptsModel, lockedBy } from './attempts.model';
import { Expected, invalid, locked, refusal } from './second-factor.model';

const MINUTE_MS = 60_000;
const WINDOW_MS = 15 * MINUTE_MS;
const LIFETIME_MS = 10 * MINUTE_MS;
const MAX_TRIES = 5;
const MAX_SHOWN = 5;
const CHALLENGES_PER_WINDOW = 10;
const RESENDINGS_PER_WINDOW = 5;

/** The code that was sent last. What it says is known once the mail has been read. */
interface SentCode {
  code: string;
  expiresAt: number;
  tries: number;
  /** The code that it has been put in place of: how often, and until when, that is no guess. */
  replaced?: { code: string; until: number; shown: number };
}

/** Where a code is shown: with the token, or at a login. */
type Place = 'request' | 'login';

/** What is to be answered, and what is sent. */
interface Outcome {
  /** Undefined: it lets pass. */
  refusal?: Expected;
  /** The mail carries the code that counts from now on. */
  sends?: SentCode;
}

/**
 * What must become of one user's codes by e-mail, in the simplest words there are (docs/adr/0015): no database, no
 * parallel requests, no hashes.
 */
export class EmailCodesModel {
  /** Whether the mail server takes mails. */
  isServerUp = true;
  /** The latest code that was sent, also when it counts no more. */
  last: SentCode | undefined;
  /** When the mails since the last right code were sent, the newest last. */
  private mails: number[] = [];
  /** Of the one token, and of signing in. */
  private readonly attempts: Record<Place, AttemptsModel>;

  /**
   * @param time milliseconds since the epoch
   * @param maxFailures how many wrong codes may be shown in either place in 15 minutes
   */
  constructor(
    private time: number,
    maxFailures: number,
    private readonly username: string,
  ) {
    this.attempts = {
      request: new AttemptsModel(maxFailures),
      login: new AttemptsModel(maxFailures),
    };
  }

  wait(seconds: number): void {
    this.time += seconds * 1000;
  }

  /** Whatever asks for a second factor; no code is shown when it is empty. */
  prove(code: string, place: Place = 'request'): Outcome {
    return code === '' ? this.challenge() : this.judge(code, this.attempts[place]);
  }

  /** `users.2fa.sendEmailCode` for this user. Its answer never tells. */
  resend(): Outcome {
    const isTooSoon = this.sentWithin(MINUTE_MS) >= 1;
    if (isTooSoon || this.sentWithin(WINDOW_MS) >= RESENDINGS_PER_WINDOW) return {};
    if (this.isServerUp) return { sends: this.send() };
    // The code that counts comes back; one that has expired does not.
    this.forgetExpired();
    return {};
  }

  /** The code that counts now, tried out or not. */
  get live(): SentCode | undefined {
    return this.last && this.time < this.last.expiresAt ? this.last : undefined;
  }

  private challenge(): Outcome {
    if (this.live && !isTriedOut(this.live)) {
      const codeExpires = new Date(this.live.expiresAt).toISOString();
      return { refusal: this.required({ codeGenerated: false, codeExpires }) };
    }
    if (this.sentWithin(WINDOW_MS) >= CHALLENGES_PER_WINDOW) return this.tooMany();
    if (!this.isServerUp) {
      this.forgetExpired();
      return { refusal: NOT_SENT };
    }
    return { sends: this.send(), refusal: this.required({ codeGenerated: true }) };
  }

  private judge(code: string, attempts: AttemptsModel): Outcome {
    const until = lockedBy([attempts], this.time);
    if (until !== undefined) return { refusal: locked('email', (until - this.time) / 1000) };
    const sent = this.takeTry();
    if (sent && this.isNoGuess(sent, code)) return { refusal: invalid('email') };
    if (sent?.code === code) {
      this.last = undefined;
      this.mails = [];
      return {};
    }
    attempts.count(this.time);
    return { refusal: invalid('email') };
  }

  private takeTry(): SentCode | undefined {
    if (!this.live || isTriedOut(this.live)) return undefined;
    this.live.tries++;
    return this.live;
  }

  /** A code that was replaced within the last minute: a try is given back for it. */
  private isNoGuess(sent: SentCode, code: string): boolean {
    const { replaced } = sent;
    if (sent.code === code || replaced?.code !== code || this.time >= replaced.until) return false;
    if (replaced.shown >= MAX_SHOWN) return false;
    replaced.shown++;
    sent.tries--;
    return true;
  }

  /** What was tried for a code stays counted for the next one, unless nothing more can be tried for it. */
  private send(): SentCode {
    const before = this.live;
    this.mails.push(this.time);
    this.last = {
      code: '',
      expiresAt: this.time + LIFETIME_MS,
      tries: before && !isTriedOut(before) ? before.tries : 0,
      ...(before && { replaced: { code: before.code, until: this.time + MINUTE_MS, shown: 0 } }),
    };
    return this.last;
  }

  private forgetExpired(): void {
    this.last = this.live;
    if (this.last) delete this.last.replaced;
  }

  private sentWithin(ms: number): number {
    return this.mails.filter((sentAt) => sentAt > this.time - ms).length;
  }

  private tooMany(): Outcome {
    const [oldest = 0] = this.mails.slice(-CHALLENGES_PER_WINDOW);
    const seconds = Math.ceil((oldest + WINDOW_MS - this.time) / 1000);
    const error = `Error, too many requests. Please slow down. You must wait ${seconds} seconds before trying this endpoint again. [error-too-many-requests]`;
    return { refusal: refusal(error, {}, 429) };
  }

  private required(details: object): Expected {
    const { username: emailOrUsername } = this;
    return refusal('TOTP Required [totp-required]', {
      errorType: 'totp-required',
      details: { method: 'email', ...details, emailOrUsername, availableMethods: ['email'] },
    });
  }
}

function isTriedOut({ tries }: SentCode): boolean {
  return tries >= MAX_TRIES;
}

const NOT_SENT = refusal(
  'The code could not be sent by e-mail. Please try again later [error-email-send-failed]',
  { errorType: 'error-email-send-failed' },
  503,
);
