import { failure } from '../common/errors/answer';
import { Problem } from '../common/errors/problem';
import { MAX_TOKENS } from '../workspace-data/users/personal-access-tokens.repository';

export const TOKEN_ALREADY_EXISTS: Problem = {
  kind: 'access-token-obstacle',
  reason: 'already-exists',
  name: 'alreadyExists',
  when: 'You have a token with this name',
  ...failure(400, 'A token with this name already exists [error-token-already-exists]'),
};

export const TOO_MANY_TOKENS: Problem = {
  kind: 'access-token-obstacle',
  reason: 'too-many',
  name: 'tooMany',
  when: `You have ${MAX_TOKENS} tokens, including logins`,
  ...failure(400, 'There are too many tokens [error-too-many-tokens]'),
};

/** "Exists" is Rocket.Chat's spelling. */
export const TOKEN_DOES_NOT_EXIST: Problem = {
  kind: 'access-token-obstacle',
  reason: 'does-not-exist',
  name: 'doesNotExist',
  when: 'You have no token with this name',
  ...failure(400, 'Token does not exist [error-token-does-not-exists]'),
};
