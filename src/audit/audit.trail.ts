import { Injectable, Logger } from '@nestjs/common';
import { later } from '../common/clock/later';
import { Clock } from '../common/clock/clock';
import { GroupCommit } from '../common/concurrency/group-commit';
import { randomId } from '../common/crypto/random-id';
import { AuditConfig } from '../config/audit.config';
import { AuditEntry } from './audit-event';
import { AuditLog } from './audit-log.service';
import { AuditRecord, newRecord } from './audit-record';
import { AuditRecordsRepository } from './audit-records.repository';
import { RepetitionFilter, WINDOW_MS } from './repetition.filter';

const DAY_MS = 24 * 60 * 60 * 1000;
/**
 * A record has less than 4 kB, so at most about 20 MB wait for a slow database. An insert costs much the same for one
 * record as for ten, so parallel requests wait a little for each other.
 */
const LIMITS = { batch: 500, waiting: 5000, gatherMs: 8 };
/** Some 4 MB at most; the log has the lines of those beyond. */
const MAX_UNSTORED = 1000;
const WARNING_INTERVAL_MS = 60_000;

interface Write {
  record: AuditRecord;
  isAmendment: boolean;
}

/**
 * Stores audit records: those of parallel requests together, in one command (docs/adr/0025). Refusals that repeat are
 * counted instead, and one record says how many, so that no one can fill the database with them.
 */
@Injectable()
export class AuditTrail {
  private readonly logger = new Logger(AuditTrail.name);
  private readonly repetitions = new RepetitionFilter();
  private readonly group = new GroupCommit<Write>((writes) => this.writeAll(writes), LIMITS);
  /** Apart: requests neither wait for counts nor find their room taken by them. */
  private readonly counts = new GroupCommit<AuditRecord>(
    (records) => this.records.insert(records),
    LIMITS,
  );
  private readonly unstored: AuditRecord[] = [];
  private readonly withdrawals = new GroupCommit<string>((ids) => this.removeAll(ids), LIMITS);
  private timer: NodeJS.Timeout | undefined;
  private isClosed = false;
  private warnedAt = -Infinity;

  constructor(
    private readonly records: AuditRecordsRepository,
    private readonly log: AuditLog,
    private readonly clock: Clock,
    private readonly config: AuditConfig,
  ) {}

  /** Resolves when the entry is stored, or counted. @throws Overfull; the error of the database */
  async record(entry: AuditEntry): Promise<void> {
    this.turn();
    if (this.isClosed || this.repetitions.take(entry)) {
      this.log.write(entry);
      await this.insert(randomId(), entry);
      return;
    }
    this.summariseLater();
  }

  /**
   * Stores under this id that something has begun; `amend` replaces that record by how it ended.
   * @throws as `record`
   */
  async announce(id: string, entry: AuditEntry): Promise<void> {
    await this.insert(id, entry);
  }

  /** @throws as `record`; then what was announced stays as it is */
  async amend(id: string, entry: AuditEntry): Promise<void> {
    this.turn();
    await this.replace(id, entry);
  }

  /**
   * As `amend`, for what was refused and changed nothing: beyond the limit of repetitions it is counted, and what was
   * announced is removed.
   * @throws as `record`; then what was announced stays as it is
   */
  async amendRefusal(id: string, entry: AuditEntry): Promise<void> {
    this.turn();
    if (this.isClosed || this.repetitions.take(entry)) return this.replace(id, entry);
    this.summariseLater();
    await this.withdrawals.commit(id);
  }

  /** For the log alone: the endings of the request are its records. */
  logOnly(entry: AuditEntry): void {
    this.turn();
    this.log.write(entry);
  }

  /**
   * Stores what another document causes, under ids that it determines: repeated, it stores nothing more. One command.
   * @throws the error of the database if one of them is not stored
   */
  async derive(entries: readonly (readonly [id: string, entry: AuditEntry])[]): Promise<void> {
    if (entries.length === 0) return;
    const records = entries.map(([id, entry]) => this.recordOf(id, entry));
    const [failure] = (await this.records.insert(records)).values();
    if (failure !== undefined) throw failure as Error;
  }

  /** Stores pending counts and what is waiting. Later entries are stored one by one. */
  async close(): Promise<void> {
    this.isClosed = true;
    this.summarise();
    await Promise.all([this.group.idle(), this.counts.idle(), this.withdrawals.idle()]);
  }

  /** By the clock: an entry tells when its request began, which may be before the window did. */
  private turn(): void {
    if (this.repetitions.isOver(this.clock.now())) this.summarise();
  }

  /** The summary is written after the window even if no further entry arrives. */
  private summariseLater(): void {
    this.timer ??= setTimeout(() => {
      this.summarise();
    }, WINDOW_MS).unref();
  }

  private summarise(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const counted = this.repetitions.next(this.clock.now()).map((entry) => {
      this.log.write(entry);
      return this.recordOf(randomId(), entry);
    });
    for (const record of [...this.unstored.splice(0), ...counted]) void this.storeCount(record);
  }

  /** What fails is tried again after the next window, under its id: perhaps only the answer was lost. */
  private async storeCount(record: AuditRecord): Promise<void> {
    try {
      await this.counts.commit(record);
    } catch (error) {
      this.warn(error);
      if (this.unstored.length >= MAX_UNSTORED || this.isClosed) return;
      this.unstored.push(record);
      this.summariseLater();
    }
  }

  private replace(id: string, entry: AuditEntry): Promise<void> {
    this.log.write(entry);
    return this.commit({ record: this.recordOf(id, entry), isAmendment: true });
  }

  private insert(id: string, entry: AuditEntry): Promise<void> {
    return this.commit({ record: this.recordOf(id, entry), isAmendment: false });
  }

  private recordOf(id: string, entry: AuditEntry): AuditRecord {
    return newRecord(entry, id, later(entry.ts, this.config.retentionDays * DAY_MS));
  }

  private async commit(write: Write): Promise<void> {
    try {
      await this.group.commit(write);
    } catch (error) {
      this.warn(error);
      throw error;
    }
  }

  private async writeAll(writes: readonly Write[]): Promise<Map<number, unknown>> {
    const results = await Promise.all([
      this.writeThose(writes, false),
      this.writeThose(writes, true),
    ]);
    return new Map(results.flatMap((failures) => [...failures]));
  }

  private async removeAll(ids: readonly string[]): Promise<Map<number, unknown>> {
    await this.records.remove(ids);
    return new Map();
  }

  private async writeThose(
    writes: readonly Write[],
    isAmendment: boolean,
  ): Promise<[number, unknown][]> {
    const positions = [...writes.keys()].filter((n) => writes[n]?.isAmendment === isAmendment);
    if (positions.length === 0) return [];
    const records = positions.flatMap((position) => writes[position]?.record ?? []);
    try {
      const failures = isAmendment
        ? await this.records.replace(records)
        : await this.records.insert(records);
      return [...failures].map(([n, error]) => [positions[n] ?? -1, error]);
    } catch (error) {
      return positions.map((position) => [position, error]);
    }
  }

  /** The message may hold user data. */
  private warn(error: unknown): void {
    const now = this.clock.now().getTime();
    if (now - this.warnedAt < WARNING_INTERVAL_MS && now >= this.warnedAt) return;
    this.warnedAt = now;
    const name = error instanceof Error ? error.name : typeof error;
    this.logger.error(`An audit record could not be stored: ${name}. The log has its line.`);
  }
}
