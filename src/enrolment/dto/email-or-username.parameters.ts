import { Text } from '../../common/validation/rules';
import { LoginName, loginNameOf } from '../../users/login-name';

/** Somebody, as they are named at a login. */
export class EmailOrUsernameParameters {
  @Text()
  emailOrUsername!: string;

  get name(): LoginName {
    return loginNameOf(this.emailOrUsername.trim());
  }
}
