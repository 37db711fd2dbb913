import { StorableText } from '../../common/validation/rules';

/** A token that there is: by any name that some program may have given it. */
export class TokenNameParameters {
  @StorableText()
  tokenName!: string;
}
