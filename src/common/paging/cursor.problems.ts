import { failure } from '../errors/answer';
import { Problem } from '../errors/problem';

export const INVALID_CURSOR: Problem = {
  kind: 'invalid-cursor',
  name: 'invalidCursor',
  when: '`cursor` is not one that this list gave this login for this filter, its row has changed, or it stands beside `offset`',
  ...failure(400, 'Invalid cursor [error-invalid-cursor]'),
};
