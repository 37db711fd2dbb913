import { Variable } from './environment-variable';
import { WholeNumber } from './environment.rules';

/** How long logins last. */
export class AuthConfig {
  /** How long a login token lives, in days. */
  @Variable('LOGIN_EXPIRATION_DAYS')
  @WholeNumber(1, 3650)
  loginExpirationDays = 90;
}
