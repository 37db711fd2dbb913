import { Observed } from '../common/observation/observed';

/** How many mails of one sending the mail server took, and how many it did not. */
export const MAILS_HANDED_OVER = new Observed<{ sent: number; failed: number }>(
  'mails-handed-over',
);
