import { OptionalBoolean, RequiredName } from '../../common/validation/parameter.rules';

/** Keeps a list of tokens readable. */
export const MAX_NAME_LENGTH = 100;

export class NewTokenParameters {
  @RequiredName({ maxLength: MAX_NAME_LENGTH })
  tokenName!: string;

  @OptionalBoolean()
  bypassTwoFactor = false;
}
