import { overloaded } from '../common/errors/common.problems';
import { causedBy } from '../common/errors/problem';

export const TOO_MANY_EXPORTS = causedBy(
  overloaded(30),
  'tooManyExports',
  'Too many exports of the audit trail are running',
);
