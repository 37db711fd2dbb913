import { RequiredString } from '../common/validation/parameter.rules';
import { readTypedCode } from './methods/typed-code';

/** A TOTP code, or a backup code in its place where there is one. */
export class CodeParameters {
  @RequiredString()
  code!: string;

  /** The code without what people type into it. */
  get meant(): string {
    return readTypedCode(this.code);
  }
}
