import { DAY_SECONDS, YEAR_SECONDS } from './durations';
import { Variable } from './environment-variable';
import { OneOf, WholeNumber } from './environment.rules';

const CODE_REUSE_POLICIES = ['same-client', 'never'] as const;
export type CodeReusePolicy = (typeof CODE_REUSE_POLICIES)[number];

/** How second factors are checked, and how many wrong ones. */
export class TwoFactorConfig {
  /** Whether the client that first used a TOTP code may show it again while it lasts. */
  @Variable('TWO_FACTOR_CODE_REUSE')
  @OneOf(CODE_REUSE_POLICIES)
  codeReuse: CodeReusePolicy = 'same-client';

  /** How many wrong codes may be shown with one login token, and at a user's sign-ins, within the window. */
  @Variable('TWO_FACTOR_MAX_ATTEMPTS')
  @WholeNumber(1, 100)
  maxAttempts = 5;

  /** How many a user may show with all of their tokens together. */
  @Variable('TWO_FACTOR_MAX_ATTEMPTS_PER_USER')
  @WholeNumber(1, 1000)
  maxAttemptsPerUser = 25;

  /** How long that window is, in seconds. It slides: each wrong code counts for so long. */
  @Variable('TWO_FACTOR_ATTEMPT_WINDOW_SECONDS')
  @WholeNumber(1, YEAR_SECONDS)
  attemptWindowSeconds = 900;

  /** How long a code by e-mail lasts, in seconds. */
  @Variable('TWO_FACTOR_EMAIL_EXPIRATION_SECONDS')
  @WholeNumber(1, DAY_SECONDS)
  emailExpirationSeconds = 600;

  /** For how many seconds a login token that passed need not show another code. 0: every request shows one. */
  @Variable('TWO_FACTOR_REMEMBER_SECONDS')
  @WholeNumber(0, YEAR_SECONDS)
  rememberSeconds = 0;
}
