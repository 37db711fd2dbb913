import { ApiError } from '../../common/errors/api-error';
import { OptionalString } from '../../common/validation/parameter.rules';
import { invalidParameters } from '../../common/errors/common.problems';
import { UserName } from './users.repository';

/** Names a user by id or by username. */
export class UserNameParameters {
  @OptionalString()
  userId?: string;

  @OptionalString()
  username?: string;

  get name(): UserName {
    return this.userId === undefined ? { username: this.username ?? '' } : { userId: this.userId };
  }

  /** @throws ApiError for no name, and for two, which might belong to different users */
  check(): void {
    const given = [this.userId, this.username].filter((name) => name !== undefined);
    if (given.length === 0) throw invalid("must have required property 'userId'");
    if (given.length > 1) throw invalid('must match exactly one schema in oneOf');
  }
}

function invalid(message: string): ApiError {
  return new ApiError(invalidParameters(message));
}
