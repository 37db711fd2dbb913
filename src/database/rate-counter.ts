import { hashOf } from '../common/crypto/hash-of';
import { RateLimit } from './sliding-window';

/** What is asked of one counter: which document, and the limits that hold for this use of it. */
export interface RateLimitKey {
  /** The id of the document: the counter's name and a hash. Neither names nor addresses are kept. */
  readonly key: string;
  readonly limits: readonly RateLimit[];
  /** How many attempts the document keeps, so that each use of the counter finds what its limits ask for. */
  readonly length: number;
  /** How long the document outlives its last attempt, in milliseconds. */
  readonly keepMs: number;
}

/** Room for clocks that differ: a document lasts so many times its longest window. */
const KEEP_WINDOWS = 2;

/**
 * One kind of things that are counted, for example mails to a user. Several uses may count on the same attempts with
 * limits of their own: what one use takes, the others find taken.
 */
export class RateCounter<Use extends string> {
  private readonly length: number;
  private readonly keepMs: number;

  /**
   * @param name begins the ids of the documents, and keeps them apart from those of other counters
   * @param uses the limits of each use, all of which must hold
   * @throws Error for limits that a list of attempts cannot keep. A list drops its oldest attempt when a new one comes;
   * so each use must have a limit over the counter's longest window, or it could drop one that another use counts.
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

  /** @param parts what is counted apart: a user's id, for example */
  key(use: Use, ...parts: string[]): RateLimitKey {
    const { length, keepMs } = this;
    return { key: `${this.name}:${hashOf(...parts)}`, limits: this.uses[use], length, keepMs };
  }
}

function isPossible({ max, withinMs }: RateLimit): boolean {
  return [max, withinMs].every((number) => Number.isSafeInteger(number) && number > 0);
}
