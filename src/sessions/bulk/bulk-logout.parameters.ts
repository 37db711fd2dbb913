import {
  OptionalBoolean,
  OptionalStorableString,
  RequiredObject,
} from '../../common/validation/parameter.rules';
import { validateParameters } from '../../common/validation/validate-parameters';
import { Remark } from '../../session-selection/remark';
import { canonicalSelector, SessionSelector } from '../../session-selection/session-selector';

/** Contract §6. */
export class BulkLogoutParameters extends Remark {
  /** As sent; `selected` has been validated. */
  @RequiredObject()
  selector!: object;

  @OptionalBoolean()
  dryRun = false;

  @OptionalStorableString()
  confirm?: string;

  @OptionalBoolean()
  includeOwn = false;

  /** @throws ApiError invalid-parameters */
  check(): void {
    validateParameters(SessionSelector, this.selector);
  }

  get selected(): SessionSelector {
    return validateParameters(SessionSelector, this.selector);
  }

  /** As the history calls the reason that a caller gives. */
  get note(): string | undefined {
    return this.reason;
  }

  /** The selector in one spelling, which a confirmation is bound to. */
  get canonical(): string {
    return canonicalSelector(this.selected);
  }
}
