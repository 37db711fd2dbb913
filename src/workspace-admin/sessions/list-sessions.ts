import { Clock } from '../../common/clock/clock';
import { OperatorError } from '../../common/errors/operator-error';
import { SelectedSessions } from '../../session-selection/selected-sessions.service';
import { WorkspaceSelectionModule } from '../../session-selection/session-selection.module';
import { SessionSelector } from '../../session-selection/session-selector';
import { CommandIo } from '../command/command';
import { onWorkspace } from '../command/on-workspace';
import { parseOptions } from '../command/parse-options';
import { resolveSelector, SELECTOR_OPTIONS, selectorOf } from './selector-options';
import { jsonLine, jsonOf, lineOf } from './session-lines';

const DEFAULT_COUNT = '50';
const MAX_COUNT = 1000;
/** One statement folds every session document of the workspace. */
export const PATIENCE_MS = 60_000;

const OPTIONS = {
  ...SELECTOR_OPTIONS,
  count: { type: 'string' },
  json: { type: 'boolean' },
} as const;

/** Changes nothing. @throws OperatorError for wrong options */
export async function listSessions(args: string[], io: CommandIo, usage: string): Promise<number> {
  const { json, count: given = DEFAULT_COUNT, ...values } = parseOptions(args, OPTIONS, usage);
  const count = Number(given);
  if (!/^\d{1,4}$/.test(given) || count < 1 || count > MAX_COUNT) {
    throw new OperatorError(`--count must be a whole number from 1 to ${MAX_COUNT}.`);
  }
  // No option at all: every live session.
  const selector = selectorOf(values) ?? new SessionSelector();
  const needs = { modules: [WorkspaceSelectionModule], patienceMs: PATIENCE_MS };
  await onWorkspace(
    io,
    async (context) => {
      const sessions = context.get(SelectedSessions, { strict: false });
      const selection = await resolveSelector(sessions, selector, {
        moment: context.get(Clock).now(),
      });
      const { sessions: total } = await sessions.tally(selection);
      const newest = await sessions.page(selection, 'newest first', count);
      const rows = await sessions.confirm(selection, newest, { withOwners: true });
      if (json === true) {
        io.stdout.write(jsonLine({ sessions: rows.map(jsonOf), total, count }));
        return;
      }
      for (const row of rows) io.stdout.write(`${lineOf(row)}\n`);
      io.stdout.write(`${rows.length} of ${total} live sessions.\n`);
    },
    needs,
  );
  return 0;
}
