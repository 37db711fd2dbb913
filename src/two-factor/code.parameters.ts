import { RequiredString } from '../common/validation/parameter.rules';
import { readTypedCode } from './methods/typed-code';

/** A TOTP code, or a backup code where the route accepts one. */
export class CodeParameters {
  @RequiredString()
  code!: string;

  /** Without the spaces and hyphens that people type. */
  get normalizedCode(): string {
    return readTypedCode(this.code);
  }
}
