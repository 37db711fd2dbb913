import { OptionalName } from '../common/validation/parameter.rules';

/** As long as an audit record holds. */
export const LONGEST_REASON = 200;

/** What somebody who ends sessions remarks, for the history and the audit trail. */
export class Remark {
  @OptionalName({ maxLength: LONGEST_REASON })
  reason?: string;
}
