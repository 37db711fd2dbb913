import { Text } from '../../common/validation/rules';
import { readTypedCode } from '../../two-factor/typed-code';

/** A TOTP code, or a backup code in its place where there is one. */
export class CodeParameters {
  @Text()
  code!: string;

  /** The code without what people type into it. */
  get meant(): string {
    return readTypedCode(this.code);
  }
}
