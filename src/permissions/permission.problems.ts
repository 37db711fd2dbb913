import { publishedFailure } from '../common/errors/answer';
import { NOT_LOGGED_IN } from '../auth/auth.problems';
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

export const LOGIN_TOO_OLD: Problem = {
  ...NOT_LOGGED_IN,
  reason: 'login-too-old',
  name: 'loginTooOld',
  when: 'The login is older than `ADMIN_LOGIN_MAX_AGE_MINUTES` allows on routes that ask for a permission',
};
