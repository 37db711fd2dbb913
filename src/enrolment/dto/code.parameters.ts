import { Text } from '../../common/validation/rules';

/** A TOTP code, or a backup code in its place where there is one. */
export class CodeParameters {
  @Text()
  code!: string;
}
