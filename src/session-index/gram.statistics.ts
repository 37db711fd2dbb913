import { Injectable } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { Connection, mongo } from 'mongoose';
import { Clock } from '../common/clock/clock';
import { DatabaseConfig } from '../config/database.config';
import { LIVE_SESSIONS_COLLECTION } from './live-session.schema';

/** A text whose rarest piece is in fewer rows than this is searched for by that piece. */
export const FEW = 1000;
/** How many pieces of one text are looked up. */
const ASKED = 8;
const KEPT = 5000;
const KEPT_MS = 10 * 60_000;

export interface RarestGram {
  gram: number;
  /** Whether it is in fewer rows than `FEW`. */
  isRare: boolean;
}

/** How often a piece of text occurs, as far as it matters: a hint that is right within minutes. */
@Injectable()
export class GramStatistics {
  private known = new Map<number, number>();
  private since = 0;

  constructor(
    @InjectConnection() private readonly connection: Connection,
    private readonly config: DatabaseConfig,
    private readonly clock: Clock,
  ) {}

  /** The rarest of some of these pieces; undefined without any. One bounded read for each unknown one. */
  async rarest(grams: readonly number[]): Promise<RarestGram | undefined> {
    this.forget();
    const asked = spread(grams, ASKED);
    await Promise.all(asked.map((gram) => this.learn(gram)));
    const [rarest] = asked
      .map((gram) => ({ gram, rows: this.known.get(gram) ?? FEW }))
      // Of those that are equally frequent, as far as it is known, the last one.
      .reverse()
      .sort((a, b) => a.rows - b.rows);
    return rarest && { gram: rarest.gram, isRare: rarest.rows < FEW };
  }

  /** More rows had it than expected. */
  markCommon(gram: number): void {
    this.known.set(gram, FEW);
  }

  private async learn(gram: number): Promise<void> {
    if (this.known.has(gram)) return;
    const [counted] = await this.rows
      .aggregate<{ rows: number }>(
        [{ $match: { grams: gram } }, { $limit: FEW }, { $count: 'rows' }],
        { maxTimeMS: this.config.timeoutMs },
      )
      .toArray();
    this.known.set(gram, counted?.rows ?? 0);
  }

  private forget(): void {
    const now = this.clock.now().getTime();
    if (this.known.size < KEPT && now - this.since < KEPT_MS) return;
    this.known = new Map();
    this.since = now;
  }

  private get rows(): mongo.Collection {
    return this.connection.collection(LIVE_SESSIONS_COLLECTION);
  }
}

/** So many of them, evenly, with the last one: of an address, the end tells the most. */
function spread(grams: readonly number[], wanted: number): readonly number[] {
  const ratio = Math.min(1, wanted / grams.length);
  return grams.filter((_, i) => Math.floor((i + 1) * ratio) > Math.floor(i * ratio));
}
