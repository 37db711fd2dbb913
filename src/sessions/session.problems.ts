import { failure } from '../common/errors/answer';
import { Problem } from '../common/errors/problem';

export const SESSION_NOT_FOUND: Problem = {
  kind: 'session-not-found',
  name: 'sessionNotFound',
  when: 'There is no such session',
  ...failure(404, 'Session not found'),
};

/** @param given the parameter as sent */
export function invalidSort(given: string): Problem {
  return {
    kind: 'invalid-sort',
    name: 'invalidSort',
    when: '`sort` is not JSON, or a direction is not 1 or -1',
    ...failure(400, `Invalid sort parameter provided: "${given}" [error-invalid-sort]`),
  };
}

export const INVALID_SORT_KEYS: Problem = {
  kind: 'invalid-sort-keys',
  name: 'invalidSortKeys',
  when: '`sort` contains a key that cannot be sorted by',
  ...failure(400, 'error-invalid-sort-keys'),
};
