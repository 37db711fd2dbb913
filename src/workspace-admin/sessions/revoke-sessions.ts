import { INestApplicationContext } from '@nestjs/common';
import { noteOrigin } from '../../audit/request-notes';
import { Clock } from '../../common/clock/clock';
import { OperatorError } from '../../common/errors/operator-error';
import { Client } from '../../common/http/client';
import { Revocation } from '../../session-lifecycle/revocation';
import { BulkRevocation } from '../../session-selection/bulk-revocation.service';
import { Remark } from '../../session-selection/remark';
import { SelectedSessions } from '../../session-selection/selected-sessions.service';
import { WorkspaceSelectionModule } from '../../session-selection/session-selection.module';
import { SessionSelector } from '../../session-selection/session-selector';
import { CommandIo } from '../command/command';
import { onWorkspace } from '../command/on-workspace';
import { parseOptions } from '../command/parse-options';
import { PATIENCE_MS } from './list-sessions';
import { checkOption, resolveSelector, SELECTOR_OPTIONS, selectorOf } from './selector-options';
import { jsonLine, jsonOf, lineOf } from './session-lines';
import { WorkspaceRevocationModule } from './workspace-revocation.module';

/** Rows that it shows before it ends anything. */
const SHOWN_ROWS = 10;
/** Read at once: each reading folds all documents of the workspace. */
const MOST = 10_000;
const PROGRESS_MS = 1000;

const OPTIONS = {
  ...SELECTOR_OPTIONS,
  reason: { type: 'string' },
  apply: { type: 'boolean' },
  json: { type: 'boolean' },
} as const;

/**
 * Shows what a selector matches; ends it only if told so. May be repeated, also after it was interrupted.
 * @throws OperatorError for wrong options
 */
export async function revokeSessions(
  args: string[],
  io: CommandIo,
  usage: string,
): Promise<number> {
  const { apply, json = false, reason, ...values } = parseOptions(args, OPTIONS, usage);
  const selector = selectorOf(values);
  if (!selector) throw new OperatorError(`Say which sessions.\n${usage}`);
  if (reason !== undefined) checkOption('reason', Remark, { reason });
  const modules = [apply === true ? WorkspaceRevocationModule : WorkspaceSelectionModule];
  await onWorkspace(
    io,
    async (context) => {
      if (apply === true) await revokeAll(context, selector, io, { json, reason });
      else await preview(context, selector, io, json);
    },
    { modules, patienceMs: PATIENCE_MS },
  );
  return 0;
}

async function preview(
  context: INestApplicationContext,
  selector: SessionSelector,
  { stdout }: CommandIo,
  json: boolean,
): Promise<void> {
  const sessions = context.get(SelectedSessions, { strict: false });
  const selection = await resolveSelector(sessions, selector, { moment: context.get(Clock).now() });
  const { sessions: matched, users } = await sessions.tally(selection);
  const newest = await sessions.page(selection, 'newest first', SHOWN_ROWS);
  const rows = await sessions.confirm(selection, newest, { withOwners: true });
  if (json) {
    stdout.write(jsonLine({ dryRun: true, matched, users, sessions: rows.map(jsonOf) }));
    return;
  }
  for (const row of rows) stdout.write(`${lineOf(row)}\n`);
  stdout.write(`${matched} live sessions of ${users} users match; the newest are shown.\n`);
  stdout.write('Nothing has been changed; --apply ends them.\n');
}

async function revokeAll(
  context: INestApplicationContext,
  selector: SessionSelector,
  { stdout, stderr }: CommandIo,
  { json, reason }: { json: boolean; reason: string | undefined },
): Promise<void> {
  const sessions = context.get(SelectedSessions, { strict: false });
  const bulk = context.get(BulkRevocation, { strict: false });
  const moment = context.get(Clock).now();
  const revocation: Revocation = {
    by: undefined,
    reason: 'bulk',
    ...(reason !== undefined && { note: reason }),
    client: commandLine(),
  };
  let ended = 0;
  let spokeAt = performance.now();
  const onProgress = (more: number): void => {
    if (performance.now() - spokeAt < PROGRESS_MS) return;
    spokeAt = performance.now();
    stderr.write(`${ended + more} sessions have ended so far\n`);
  };
  let remaining = Infinity;
  while (remaining > 0) {
    // Again each time: clients may have reconnected.
    const selection = await resolveSelector(sessions, selector, { moment, isRepeated: true });
    const outcome = await bulk.revokeNext(selection, revocation, { most: MOST, onProgress });
    ended += outcome.ended;
    ({ remaining } = outcome);
  }
  stdout.write(json ? jsonLine({ ended }) : `${ended} sessions have ended.\n`);
}

/** Stands in for the client of a request: the audit records say that no user and no address caused them. */
function commandLine(): Client {
  const client = { address: '', userAgent: 'npm run workspace' };
  noteOrigin(client, () => ({
    ip: client.address,
    useragent: client.userAgent,
    route: 'workspace sessions revoke',
  }));
  return client;
}
