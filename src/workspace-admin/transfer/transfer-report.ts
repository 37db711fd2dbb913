import { Clock } from '../../common/clock/clock';
import { escapeUnprintable } from '../../common/logging/printable';

/** How often there is something to see; what is done sooner says nothing. In milliseconds. */
const INTERVAL_MS = 1000;
/** Back to the beginning of the line, and away with what stands there. */
const CLEAR_LINE = '\r\x1b[K';

/** Counts what an export or import has dealt with, and says on a terminal or into a log how far a long one is. */
export class TransferReport {
  private readonly counts = new Map<string, number>();
  private linesJudged = 0;
  private spokeAt: number;

  constructor(
    private readonly clock: Clock,
    private readonly output: { write(text: string): unknown; isTTY?: boolean },
  ) {
    this.spokeAt = clock.now().getTime();
  }

  /** A line of the file has been judged. */
  readonly judged = (): void => {
    this.linesJudged += 1;
    this.say(() => `judging the file: line ${this.linesJudged.toLocaleString('en-US')}`);
  };

  /** So many more documents of a collection have been dealt with. */
  readonly count = (collection: string, documents: number): void => {
    const counted = (this.counts.get(collection) ?? 0) + documents;
    this.counts.set(collection, counted);
    this.say(() => `${escapeUnprintable(collection)}: ${inWords(counted)} so far`);
  };

  get hasCounted(): boolean {
    return this.counts.size > 0;
  }

  /** Says under a heading how many documents of which collections it came to. */
  sum(heading: string): void {
    if (this.output.isTTY === true) this.output.write(CLEAR_LINE);
    const rows = [...this.counts].map(
      ([name, count]) => `  ${escapeUnprintable(name)}: ${inWords(count)}\n`,
    );
    this.output.write(`${heading}\n${rows.join('')}`);
  }

  private say(text: () => string): void {
    const now = this.clock.now().getTime();
    if (now - this.spokeAt < INTERVAL_MS) return;
    this.spokeAt = now;
    this.output.write(this.output.isTTY === true ? `${CLEAR_LINE}${text()}` : `${text()}\n`);
  }
}

function inWords(documents: number): string {
  return `${documents.toLocaleString('en-US')} ${documents === 1 ? 'document' : 'documents'}`;
}
