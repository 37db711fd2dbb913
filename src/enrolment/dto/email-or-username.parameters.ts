import { Text } from '../../common/validation/rules';
import { LoginName } from '../../users/accounts.service';

/** Somebody, as they are named at a login. */
export class EmailOrUsernameParameters {
  @Text()
  emailOrUsername!: string;

  get name(): LoginName {
    const { emailOrUsername: given } = this;
    return given.includes('@') ? { email: given } : { username: given };
  }
}
