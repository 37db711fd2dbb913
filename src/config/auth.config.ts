import { YEAR_SECONDS } from './durations';
import { Variable } from './environment-variable';
import { WholeNumber } from './environment.rules';

const YEAR_MINUTES = YEAR_SECONDS / 60;

export class AuthConfig {
  @Variable('LOGIN_EXPIRATION_DAYS')
  @WholeNumber(1, 3650)
  loginExpirationDays = 90;

  /** The age of a login, in minutes, beyond which routes that ask for a permission refuse it. 0: no limit. */
  @Variable('ADMIN_LOGIN_MAX_AGE_MINUTES')
  @WholeNumber(0, YEAR_MINUTES)
  adminLoginMaxAgeMinutes = 0;
}
