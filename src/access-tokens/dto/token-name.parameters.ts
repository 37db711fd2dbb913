import { StorableString } from '../../common/validation/parameter.rules';

/** A token that there is: by any name that some program may have given it. */
export class TokenNameParameters {
  @StorableString()
  tokenName!: string;
}
