import { Counter, Registry } from 'prom-client';
import { MAILS_HANDED_OVER } from '../mail/mails-handed-over';
import { EndingReason } from '../session-lifecycle/revocation';
import { SESSIONS_REVOKED } from '../session-lifecycle/sessions-revoked';

const REASONS = Object.keys({
  logout: 0,
  admin: 0,
  bulk: 0,
  'logout-all': 0,
  'factor-changed': 0,
  'factor-reset': 0,
  'login-limit': 0,
  workspace: 0,
} satisfies Record<EndingReason, 0>);

/** Revoked sessions and mails. @returns how to stop */
export function countEvents(registry: Registry): () => void {
  const revoked = new Counter({
    name: 'ws_sessions_revoked_total',
    help: 'Sessions that ended, by why; each once, in the process that ended it.',
    labelNames: ['reason'],
    registers: [registry],
  });
  const mails = new Counter({
    name: 'ws_mails_total',
    help: 'Mails by whether the mail server took them.',
    labelNames: ['result'],
    registers: [registry],
  });
  // From the start, so that the first one is an increase.
  for (const reason of REASONS) revoked.inc({ reason }, 0);
  for (const result of ['sent', 'failed']) mails.inc({ result }, 0);
  const stops = [
    SESSIONS_REVOKED.listen(({ reason, count }) => {
      revoked.inc({ reason }, count);
    }),
    MAILS_HANDED_OVER.listen(({ sent, failed }) => {
      mails.inc({ result: 'sent' }, sent);
      mails.inc({ result: 'failed' }, failed);
    }),
  ];
  return () => {
    stops.forEach((stop) => {
      stop();
    });
  };
}
