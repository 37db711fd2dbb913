import { Counter, Registry } from 'prom-client';
import { isDatabaseUnreachable } from '../common/errors/database-unreachable';
import { isDuplicateKey } from '../common/errors/duplicate-key';
import { DATABASE_COMMANDS } from '../database/database-commands';
import { BoundedLabel } from './bounded-label';
import { DurationHistogram } from './duration.histogram';

const LABELS = ['collection', 'command'] as const;

/** Round trips to the database. @returns how to stop */
export function measureDatabase(registry: Registry): () => void {
  const durations = new DurationHistogram(
    {
      name: 'ws_database_command_duration_seconds',
      help: 'Time of a database command with the wait for a connection; each is one round trip.',
      labelNames: LABELS,
    },
    registry,
  );
  const failures = new Counter({
    name: 'ws_database_command_failures_total',
    help: 'Database commands that failed, by what the failure says of the database.',
    labelNames: [...LABELS, 'reason'],
    registers: [registry],
  });
  const collections = new BoundedLabel();
  return DATABASE_COMMANDS.listen(({ collection = 'none', command, seconds, failure }) => {
    const name = collections.label(collection);
    durations.observe(seconds, [name, command]);
    if (failure === undefined) return;
    failures.inc({ collection: name, command, reason: reasonOf(failure) });
  });
}

function reasonOf(failure: unknown): string {
  if (isDatabaseUnreachable(failure)) return 'unreachable';
  // Expected: a unique index decides which of two parallel requests was first.
  return isDuplicateKey(failure) ? 'duplicate-key' : 'other';
}
