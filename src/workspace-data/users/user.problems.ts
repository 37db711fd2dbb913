import { failure } from '../../common/errors/answer';
import { Problem } from '../../common/errors/problem';
import { invalidParameter, UNKNOWN_PARAMETER } from '../../common/openapi/parameter-problems';

export const USER_NOT_FOUND: Problem = {
  kind: 'user-not-found',
  name: 'userNotFound',
  when: 'There is no such user',
  ...failure(
    400,
    'The required "userId" or "username" param provided does not match any users [error-invalid-user]',
  ),
};

/** Of a route that takes `UserNameParameters`. */
export const USER_NAME_PROBLEMS: Problem[] = [
  invalidParameter(
    'missingParameter',
    'Both `userId` and `username` are missing',
    "must have required property 'userId'",
  ),
  invalidParameter(
    'twoNames',
    'Both `userId` and `username` are given',
    'must match exactly one schema in oneOf',
  ),
  invalidParameter('wrongKind', 'The name is not a string', 'must be string'),
  UNKNOWN_PARAMETER,
  USER_NOT_FOUND,
];
