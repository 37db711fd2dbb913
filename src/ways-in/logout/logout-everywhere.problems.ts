import { failure } from '../../common/errors/answer';
import { causedBy, Problem } from '../../common/errors/problem';
import { NO_PERMISSION } from '../../permissions/permission.problems';

export const INVALID_USER: Problem = {
  kind: 'user-not-found',
  name: 'invalidUser',
  when: 'There is no such user',
  ...failure(400, 'Invalid user [error-invalid-user]'),
};

export const NO_LOGIN_TO_KEEP: Problem = causedBy(
  NO_PERMISSION,
  'noLoginToKeep',
  'The token is a personal access token: there is no login beside which others could end',
);
