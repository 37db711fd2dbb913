import { StorableString } from '../../common/validation/parameter.rules';

/** An existing token; other programs may have given it any name. */
export class TokenNameParameters {
  @StorableString()
  tokenName!: string;
}
