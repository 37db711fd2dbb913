import { RequiredString } from '../../common/validation/parameter.rules';
import { LoginName, loginNameOf } from '../../workspace-data/users/login-name';

/** Somebody, as they are named at a login. */
export class EmailOrUsernameParameters {
  @RequiredString()
  emailOrUsername!: string;

  get name(): LoginName {
    return loginNameOf(this.emailOrUsername.trim());
  }
}
