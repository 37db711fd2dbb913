import { DAY_SECONDS, YEAR_SECONDS } from './durations';
import { Variable } from './environment-variable';
import { OneOf, WholeNumber } from './environment.rules';

const CODE_REUSE_POLICIES = ['same-client', 'never'] as const;
export type CodeReusePolicy = (typeof CODE_REUSE_POLICIES)[number];

export class TwoFactorConfig {
  /** Whether the client that first used a TOTP code may submit it again while it is valid. */
  @Variable('TWO_FACTOR_CODE_REUSE')
  @OneOf(CODE_REUSE_POLICIES)
  codeReuse: CodeReusePolicy = 'same-client';

  /** Wrong codes per login token, and per user at sign-in, within the window. */
  @Variable('TWO_FACTOR_MAX_ATTEMPTS')
  @WholeNumber(1, 100)
  maxAttempts = 5;

  /** Wrong codes per user over all tokens. */
  @Variable('TWO_FACTOR_MAX_ATTEMPTS_PER_USER')
  @WholeNumber(1, 1000)
  maxAttemptsPerUser = 25;

  @Variable('TWO_FACTOR_ATTEMPT_WINDOW_SECONDS')
  @WholeNumber(1, YEAR_SECONDS)
  attemptWindowSeconds = 900;

  @Variable('TWO_FACTOR_EMAIL_EXPIRATION_SECONDS')
  @WholeNumber(1, DAY_SECONDS)
  emailExpirationSeconds = 600;

  /** How long, in seconds, a login token that passed needs no further code. 0: every request needs one. */
  @Variable('TWO_FACTOR_REMEMBER_SECONDS')
  @WholeNumber(0, YEAR_SECONDS)
  rememberSeconds = 0;
}
