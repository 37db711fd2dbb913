import { Problem } from '../common/errors/problem';

export const NOT_LOGGED_IN: Problem = {
  kind: 'not-logged-in',
  name: 'notLoggedIn',
  when: 'A header is missing, or the token is unknown, expired or of a deactivated user',
  status: 401,
  body: { status: 'error', message: 'You must be logged in to do this.' },
};
