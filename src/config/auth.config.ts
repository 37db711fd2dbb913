import { Variable } from './environment-variable';
import { WholeNumber } from './environment.rules';

export class AuthConfig {
  @Variable('LOGIN_EXPIRATION_DAYS')
  @WholeNumber(1, 3650)
  loginExpirationDays = 90;
}
