/** The most bytes of one message. */
export const MAX_MESSAGE_BYTES = 48_000_000;
/** Length, request id, response id, operation: four integers of four bytes. */
export const HEADER_BYTES = 16;

/** The stream of a connection is not the MongoDB protocol; nothing after it can be read. */
export class MalformedFrameError extends Error {}

/** Cuts a stream of bytes into the messages of the protocol. */
export class FrameReader {
  private chunks: Buffer[] = [];
  private size = 0;
  /** Bytes that must be there before it is worth looking again. */
  private needed = HEADER_BYTES;

  /**
   * Takes the next bytes of the stream and returns the messages they complete.
   * @throws MalformedFrameError for an impossible length
   */
  push(chunk: Buffer): Buffer[] {
    this.chunks.push(chunk);
    this.size += chunk.length;
    const frames: Buffer[] = [];
    while (this.size >= this.needed) {
      const bytes = this.joined();
      const length = bytes.readInt32LE(0);
      if (length < HEADER_BYTES || length > MAX_MESSAGE_BYTES) {
        throw new MalformedFrameError(`impossible message length ${length}`);
      }
      const isComplete = bytes.length >= length;
      if (isComplete) frames.push(bytes.subarray(0, length));
      const rest = isComplete ? bytes.subarray(length) : bytes;
      this.chunks = [rest];
      this.size = rest.length;
      this.needed = isComplete ? HEADER_BYTES : length;
    }
    return frames;
  }

  private joined(): Buffer {
    const [only] = this.chunks;
    return only && this.chunks.length === 1 ? only : Buffer.concat(this.chunks);
  }
}
