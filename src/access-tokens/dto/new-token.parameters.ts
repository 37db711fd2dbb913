import { OptionalBoolean, RequiredName } from '../../common/validation/parameter.rules';

/** Enough for a sentence, and a list of them stays readable. */
export const MAX_NAME_LENGTH = 100;

/** What a new token is called, and whether it works without a second factor. */
export class NewTokenParameters {
  @RequiredName({ maxLength: MAX_NAME_LENGTH })
  tokenName!: string;

  @OptionalBoolean()
  bypassTwoFactor = false;
}
