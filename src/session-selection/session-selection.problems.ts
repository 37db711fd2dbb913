import { failure } from '../common/errors/answer';
import { invalidParameters } from '../common/errors/common.problems';
import { Problem } from '../common/errors/problem';

export const TOO_MANY_ADDRESSES: Problem = invalidParameters(
  'must NOT match more than 200000 addresses',
  'tooManyAddresses',
  'Live sessions have more than 200,000 different addresses in the block, and as many others',
);

export const CONFIRMATION_REQUIRED: Problem = {
  kind: 'confirmation-required',
  name: 'confirmationRequired',
  when: '`confirm` is missing, or not one that a dry run of this selector gave this login within ten minutes; or more than 5,000 logins were opened since, so that nobody can tell who has only reconnected',
  ...failure(400, 'Confirmation required [error-confirmation-required]'),
};
