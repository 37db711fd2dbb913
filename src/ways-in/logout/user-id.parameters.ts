import { OptionalStorableString } from '../../common/validation/parameter.rules';

/** Absent: the caller. */
export class UserIdParameters {
  @OptionalStorableString()
  userId?: string;
}
