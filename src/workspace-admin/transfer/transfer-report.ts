import { Clock } from '../../common/clock/clock';
import { escapeUnprintable } from '../../common/logging/printable';

/** Between two lines of progress, in milliseconds. */
const INTERVAL_MS = 1000;
/** Returns to the beginning of the line and clears it. */
const CLEAR_LINE = '\r\x1b[K';

/** Counts what an export or import has done, and reports the progress of a long one on a terminal or in a log. */
export class TransferReport {
  private readonly counts = new Map<string, number>();
  private linesValidated = 0;
  private spokeAt: number;

  constructor(
    private readonly clock: Clock,
    private readonly output: { write(text: string): unknown; isTTY?: boolean },
  ) {
    this.spokeAt = clock.now().getTime();
  }

  readonly validated = (): void => {
    this.linesValidated += 1;
    this.say(() => `checking the file: line ${this.linesValidated.toLocaleString('en-US')}`);
  };

  readonly count = (collection: string, documents: number): void => {
    const counted = (this.counts.get(collection) ?? 0) + documents;
    this.counts.set(collection, counted);
    this.say(() => `${escapeUnprintable(collection)}: ${inWords(counted)} so far`);
  };

  get hasCounted(): boolean {
    return this.counts.size > 0;
  }

  /** Prints a heading and the number of documents of each collection. */
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
