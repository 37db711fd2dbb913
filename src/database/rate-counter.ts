import { hashOf } from '../common/crypto/hash-of';
import { RateLimit } from './sliding-window';

export interface RateLimitKey {
  /** The document id: the counter's name and a hash, so that neither names nor addresses are stored. */
  readonly key: string;
  readonly limits: readonly RateLimit[];
  readonly length: number;
  readonly keepMs: number;
}

/** Tolerates clock differences: documents last twice their longest window. */
const KEEP_WINDOWS = 2;

/** One kind of counted events, for example mails to a user. Its uses share attempts, but not limits. */
export class RateCounter<Use extends string> {
  private readonly length: number;
  private readonly keepMs: number;

  /**
   * A new attempt drops the oldest of the list, so each use must have a limit over the longest window, or it could drop
   * an attempt that another use counts. @throws Error for such limits
   */
  constructor(
    private readonly name: string,
    private readonly uses: Readonly<Record<Use, readonly RateLimit[]>>,
  ) {
    const each = Object.values<readonly RateLimit[]>(uses);
    const all = each.flat();
    if (!all.every(isPossible)) throw new Error(`${name}: a limit needs whole numbers above 0.`);
    const longestMs = Math.max(...all.map(({ withinMs }) => withinMs));
    if (!each.every((limits) => limits.some(({ withinMs }) => withinMs === longestMs)))
      throw new Error(`${name}: each use needs a limit over the longest window.`);
    this.length = Math.max(...all.map(({ max }) => max));
    this.keepMs = KEEP_WINDOWS * longestMs;
  }

  key(use: Use, ...parts: string[]): RateLimitKey {
    const { length, keepMs } = this;
    return { key: `${this.name}:${hashOf(...parts)}`, limits: this.uses[use], length, keepMs };
  }
}

function isPossible({ max, withinMs }: RateLimit): boolean {
  return [max, withinMs].every((number) => Number.isSafeInteger(number) && number > 0);
}
