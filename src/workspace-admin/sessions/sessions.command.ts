import { OperatorError } from '../../common/errors/operator-error';
import { Command } from '../command/command';
import { listSessions } from './list-sessions';
import { revokeSessions } from './revoke-sessions';
import { SELECTOR_USAGE } from './selector-options';

const USAGE = `Usage: npm run workspace -- sessions list [SELECTORS] [--count N] [--json]
         shows live sessions, the newest first: 50, or N up to 1,000
       npm run workspace -- sessions revoke SELECTORS [--json]
         shows what would end
       npm run workspace -- sessions revoke SELECTORS --apply [--reason TEXT] [--json]
         ends them
${SELECTOR_USAGE}`;

/** Lists live sessions, and ends those that a selector matches, without the API. */
export const SESSIONS: Command = {
  usage: USAGE,
  run([action, ...args], io) {
    if (action === 'list') return listSessions(args, io, USAGE);
    if (action === 'revoke') return revokeSessions(args, io, USAGE);
    // Not quoted: it may be a misplaced secret.
    return Promise.reject(new OperatorError(`Say "list" or "revoke".\n${USAGE}`));
  },
};
