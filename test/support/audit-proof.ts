import { FastifyInstance } from 'fastify';
import { mongo } from 'mongoose';
import { recordPrinted } from './canaries';

interface ArrivedRequest {
  route: string;
  /** Undefined when the client went away before its answer. */
  status: number | undefined;
  isAdmitted: boolean;
  /** Clients may give several requests one id. */
  arrivals: number;
}

interface StoredRecord extends mongo.Document {
  _id: string;
  data: { key: string; value: unknown }[];
}

const ENDING = 'ending-';
const gaps: string[] = [];

/** Returns what the audit trails of this file lack or hold twice, and forgets it. */
export function takeAuditGaps(): string[] {
  return gaps.splice(0);
}

/**
 * Counts the requests that reach audited routes, and compares them with the stored records. A request has one record:
 * its own, or those of the sessions that it ended, or its share of a record that counts repetitions. Only one that was
 * answered 503, or whose client had gone, may lack it: perhaps the database was away.
 */
export class AuditProof {
  private readonly requests = new Map<string, ArrivedRequest>();

  /** Must be called before routes are registered. */
  observe(instance: FastifyInstance): void {
    instance.addHook('onRequest', (request, _reply, done) => {
      const { config, url: route = '' } = request.routeOptions;
      if (config.policy?.audit) {
        const arrivals = (this.requests.get(request.id)?.arrivals ?? 0) + 1;
        this.requests.set(request.id, { route, arrivals, status: undefined, isAdmitted: false });
      }
      done();
    });
    instance.addHook('onResponse', (request, reply, done) => {
      const arrived = this.requests.get(request.id);
      if (arrived && reply.raw.writableFinished) arrived.status = reply.statusCode;
      done();
    });
  }

  /** Must be called after every other hook: who is refused as a flood reaches no route (docs/adr/0024). */
  observeAdmitted(instance: FastifyInstance): void {
    instance.addHook('onRequest', (request, _reply, done) => {
      const arrived = this.requests.get(request.id);
      if (arrived) arrived.isAdmitted = true;
      done();
    });
  }

  /** After the services have stopped. */
  async check(db: mongo.Db): Promise<void> {
    const records = await db.collection<StoredRecord>('ws_audit').find().toArray();
    for (const record of records) recordPrinted(JSON.stringify(record));
    const own = records.filter(({ _id }) => !_id.startsWith(ENDING));
    const counted = own.map((record) => Number(valueOf(record, 'repeated') ?? 0));
    const known = countBy(own.flatMap((record) => requestOf(record)));
    const ended = new Set(records.filter((one) => !own.includes(one)).flatMap(requestOf));
    let missing = 0;
    let excused = 0;
    for (const [id, { route, status, isAdmitted, arrivals }] of this.requests) {
      if (status === 429 && !isAdmitted) continue;
      const count = known.get(id) ?? 0;
      if (count > arrivals) gaps.push(`${route} ${id}: ${count} records`);
      if (arrivals > 1) {
        // Which of several with one id ended a session, or was counted, cannot be told.
        excused += Math.max(0, arrivals - count);
        continue;
      }
      if (count > 0 || ended.has(id)) continue;
      if (status === undefined || status === 503) excused += 1;
      else missing += 1;
    }
    const repeated = counted.reduce((sum, count) => sum + count, 0);
    // Another process on the same database counts requests that this one has not seen.
    const isAlone = [...known.keys()].every((id) => this.requests.has(id));
    if (repeated < missing || (isAlone && repeated > missing + excused)) {
      gaps.push(
        `${missing} requests have no record (${excused} may lack it), and ${repeated} were counted: ${this.list(known, ended)}`,
      );
    }
    await this.checkEndings(db, records);
  }

  private list(known: Map<string, number>, ended: Set<string>): string {
    return [...this.requests]
      .filter(([id]) => !known.has(id) && !ended.has(id))
      .slice(0, 10)
      .map(([, { route, status }]) => `${route} ${String(status)}`)
      .join(', ');
  }

  private async checkEndings(db: mongo.Db, records: StoredRecord[]): Promise<void> {
    const endings = await db
      .collection<{ _id: string; endedAt?: Date; pending?: object }>('ws_session_endings')
      .find()
      .toArray();
    for (const { _id, endedAt, pending } of endings) {
      // What a test put there is no ending of the service's.
      if (!endedAt) continue;
      const id = `${ENDING}${_id}-${endedAt.getTime()}`;
      const isRecorded = records.some((record) => record._id === id);
      if (!isRecorded && !pending) gaps.push(`the ending ${_id} has no record`);
    }
  }
}

function requestOf(record: StoredRecord): string[] {
  const id = valueOf(record, 'requestId');
  return typeof id === 'string' ? [id] : [];
}

function valueOf({ data }: StoredRecord, name: string): unknown {
  return data.find(({ key }) => key === name)?.value;
}

function countBy(values: string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}
