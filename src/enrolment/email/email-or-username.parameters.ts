import { RequiredString } from '../../common/validation/parameter.rules';
import { LoginName, loginNameOf } from '../../workspace-data/users/login-name';

/** Names a user as a login does. */
export class EmailOrUsernameParameters {
  @RequiredString()
  emailOrUsername!: string;

  get name(): LoginName {
    return loginNameOf(this.emailOrUsername.trim());
  }
}
