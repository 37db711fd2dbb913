import { writeSync } from 'node:fs';

/** How many characters may wait for a reader that is slow or gone; later lines are dropped and counted. */
const MOST_WAITING = 4 * 1024 * 1024;
/** PIPE_BUF of Linux: a pipe takes as much whole or not at all, so processes that share it never mix their lines. */
const CHUNK_BYTES = 4096;
/** So long lines are gathered: a write for each would cost more than all the rest of a line. */
const GATHER_MS = 5;
const RETRY_MS = 50;
/** How long the exit of the process waits for a slow reader. */
const EXIT_WAIT_MS = 500;
const EXIT_PAUSE_MS = 10;

/** What the kernel says when a pipe is full. */
const FULL = ['EAGAIN', 'EWOULDBLOCK'];

/**
 * Writes lines to a file descriptor without ever waiting for its reader, and with bounded memory: a log that is not read
 * must not stop the service (docs/adr/0026). Nothing is thrown, whatever happens to the reader.
 */
export class LineSink {
  private waiting: string[] = [];
  private waitingLength = 0;
  private chunk: Buffer | undefined;
  private chunkLines = 0;
  /** A line was cut off in the middle, so the next one must begin with a line end. */
  private isTorn = false;
  private isScheduled = false;
  private dropped = 0;
  /** As many of the dropped ones as the current chunk reports. */
  private reported = 0;

  /**
   * @param fd must not block; that of stdout does not once `process.stdout` was touched, unless it is a file
   * @param lossLine the line that reports lost ones
   */
  constructor(
    private readonly fd: number,
    private readonly lossLine: (count: number) => string,
  ) {}

  /** Lines of a few milliseconds go out together. @param line ends with a line end */
  write(line: string): void {
    if (this.waitingLength + line.length > MOST_WAITING) {
      this.dropped += 1;
      return;
    }
    this.waiting.push(line);
    this.waitingLength += line.length;
    if (this.isScheduled) return;
    this.isScheduled = true;
    setTimeout(this.flush, GATHER_MS);
  }

  /** For the exit of the process: waits a little for a reader that is slow. */
  readonly flushAtExit = (): void => {
    const pause = new Int32Array(new SharedArrayBuffer(4));
    for (let waited = 0; !this.flushed(); waited += EXIT_PAUSE_MS) {
      if (waited >= EXIT_WAIT_MS) return;
      Atomics.wait(pause, 0, 0, EXIT_PAUSE_MS);
    }
  };

  private readonly flush = (): void => {
    this.isScheduled = !this.flushed();
    if (this.isScheduled) setTimeout(this.flush, RETRY_MS).unref();
  };

  /** @returns false if the reader must be waited for */
  private flushed(): boolean {
    for (;;) {
      this.chunk ??= this.nextChunk();
      if (!this.chunk) return true;
      try {
        const written = writeSync(this.fd, this.chunk);
        const isWhole = written === this.chunk.length;
        this.isTorn = !isWhole;
        this.chunk = isWhole ? undefined : this.chunk.subarray(written);
        if (isWhole) this.dropped -= this.reported;
      } catch (error) {
        if (FULL.includes((error as NodeJS.ErrnoException).code ?? '')) return false;
        this.drop();
      }
    }
  }

  /** The reader is gone or the disk is full: these lines are lost, later ones are tried again. */
  private drop(): void {
    this.dropped += this.chunkLines + this.waiting.length;
    this.waiting = [];
    this.waitingLength = 0;
    this.chunk = undefined;
  }

  /** As many whole lines as fit, at least one. */
  private nextChunk(): Buffer | undefined {
    this.reported = this.dropped;
    const loss = this.dropped > 0 ? this.lossLine(this.dropped) : '';
    let count = 0;
    let bytes = Buffer.byteLength(loss);
    for (const line of this.waiting) {
      bytes += Buffer.byteLength(line);
      if (count > 0 && bytes > CHUNK_BYTES) break;
      count += 1;
    }
    if (count === 0) return undefined;
    const text = this.waiting.splice(0, count).join('');
    this.waitingLength -= text.length;
    this.chunkLines = count;
    return Buffer.from((this.isTorn ? '\n' : '') + loss + text);
  }
}
