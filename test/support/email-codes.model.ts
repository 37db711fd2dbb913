import { AttemptsModel, lockedBy } from './attempts.model';
import { Expected, invalid, locked, refusal } from './second-factor.model';

const MINUTE_MS = 60_000;
const WINDOW_MS = 15 * MINUTE_MS;
const LIFETIME_MS = 10 * MINUTE_MS;
const MAX_TRIES = 5;
const MAX_REPLACED_SUBMISSIONS = 5;
const CHALLENGES_PER_WINDOW = 10;
const RESENDINGS_PER_WINDOW = 5;

/** The code that was sent last. Its digits are known once the mail has been read. */
interface SentCode {
  code: string;
  expiresAt: number;
  tries: number;
  /** The code that it replaced: until when, and how often, submitting that one is not a guess. */
  replaced?: { code: string; until: number; submissions: number };
}

/** Where a code is submitted: with the token, or at a login. */
type Place = 'request' | 'login';

/** The expected answer and mail. */
interface Outcome {
  /** Undefined when the request is admitted. */
  refusal?: Expected;
  /** The code in the mail, which is valid from now on. */
  sends?: SentCode;
}

/**
 * The simplest correct model of one user's codes by e-mail (docs/adr/0015): no database, no parallel requests, no
 * hashes.
 */
export class EmailCodesModel {
  /** Whether the mail server takes mails. */
  isServerUp = true;
  /** The latest code that was sent, even when it is no longer valid. */
  last: SentCode | undefined;
  /** When the mails since the last right code were sent, the newest last. */
  private mails: number[] = [];
  /** The wrong codes with the one token, and at logins. */
  private readonly attempts: Record<Place, AttemptsModel>;

  /**
   * @param time milliseconds since the epoch
   * @param maxFailures how many wrong codes may be submitted in either place in 15 minutes
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

  /** A request that demands a second factor; an empty code stands for none. */
  prove(code: string, place: Place = 'request'): Outcome {
    return code === '' ? this.challenge() : this.verify(code, this.attempts[place]);
  }

  /** `users.2fa.sendEmailCode` for this user. Its answer reveals nothing. */
  resend(): Outcome {
    const isTooSoon = this.sentWithin(MINUTE_MS) >= 1;
    if (isTooSoon || this.sentWithin(WINDOW_MS) >= RESENDINGS_PER_WINDOW) return {};
    if (this.isServerUp) return { sends: this.send() };
    // A valid code is restored; an expired one is not.
    this.forgetExpired();
    return {};
  }

  /** The code that is valid now, even when its tries are used up. */
  get live(): SentCode | undefined {
    return this.last && this.time < this.last.expiresAt ? this.last : undefined;
  }

  private challenge(): Outcome {
    if (this.live && !isUsedUp(this.live)) {
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

  private verify(code: string, attempts: AttemptsModel): Outcome {
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
    if (!this.live || isUsedUp(this.live)) return undefined;
    this.live.tries++;
    return this.live;
  }

  /** A code that was replaced within the last minute: its try is refunded. */
  private isNoGuess(sent: SentCode, code: string): boolean {
    const { replaced } = sent;
    if (sent.code === code || replaced?.code !== code || this.time >= replaced.until) return false;
    if (replaced.submissions >= MAX_REPLACED_SUBMISSIONS) return false;
    replaced.submissions++;
    sent.tries--;
    return true;
  }

  /** The tries of a code also count for the next one, unless they are used up. */
  private send(): SentCode {
    const before = this.live;
    this.mails.push(this.time);
    this.last = {
      code: '',
      expiresAt: this.time + LIFETIME_MS,
      tries: before && !isUsedUp(before) ? before.tries : 0,
      ...(before && {
        replaced: { code: before.code, until: this.time + MINUTE_MS, submissions: 0 },
      }),
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

function isUsedUp({ tries }: SentCode): boolean {
  return tries >= MAX_TRIES;
}

const NOT_SENT = refusal(
  'The code could not be sent by e-mail. Please try again later [error-email-send-failed]',
  { errorType: 'error-email-send-failed' },
  503,
);
