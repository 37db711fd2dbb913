import { publishedFailure } from '../common/errors/answer';
import { Problem } from '../common/errors/problem';

export const NO_PERMISSION: Problem = {
  kind: 'no-permission',
  name: 'noPermission',
  when: "None of the caller's roles holds the permission",
  ...publishedFailure(
    403,
    'User does not have the permissions required for this action [error-unauthorized]',
  ),
};
