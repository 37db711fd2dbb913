import { mongo } from 'mongoose';
import { Check } from '../check';
import { fail, Finding, ok, warn } from '../finding';

/** Beyond this lag of the majority, writes that wait for it are noticeably slow. */
const LATE_MS = 5_000;
const MEMBERS = 'Run a replica set of three members if this workspace matters.';

/** @param hello the server's answer; some engines leave fields out */
export function assessReplication(hello: mongo.Document): Finding {
  if (hello.msg === 'isdbgrid') return ok('a sharded cluster, asked through mongos');
  if (hello.isWritablePrimary !== true) {
    return fail(
      'the server that answers is not the primary',
      'Name the replica set in MONGODB_URI (replicaSet=…) rather than one member.',
    );
  }
  if (typeof hello.setName !== 'string') {
    return warn(
      'a single server without a replica set: a write that was answered may be lost with it',
      MEMBERS,
    );
  }
  const behind = millisecondsBehind(hello.lastWrite);
  if (behind > LATE_MS) {
    return fail(
      `the majority of the replica set is ${Math.round(behind / 1000)} s behind its primary: writes wait for it`,
      'Look at the other members (rs.status()): one or more are away or too slow.',
    );
  }
  const members = Array.isArray(hello.hosts) ? hello.hosts.length : 1;
  return members < 2
    ? warn('a replica set of one member: a write that was answered may be lost with it', MEMBERS)
    : ok(`the primary of a replica set of ${members}, with its majority up to date`);
}

/** Zero when the server does not say. */
function millisecondsBehind(lastWrite: unknown): number {
  const { lastWriteDate, majorityWriteDate } = { ...(lastWrite as Record<string, unknown> | null) };
  return lastWriteDate instanceof Date && majorityWriteDate instanceof Date
    ? lastWriteDate.getTime() - majorityWriteDate.getTime()
    : 0;
}

/** Claims and revocations must survive the loss of a server, so writes must reach a majority. */
export const REPLICATION_CHECK: Check = {
  name: 'replication',
  run: async ({ db }) => assessReplication(await db.command({ hello: 1 })),
};
