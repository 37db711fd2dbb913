import { OperatorError } from '../../common/errors/operator-error';
import { MAX_LINE_BYTES } from './workspace-file';

const NEWLINE = 0x0a;

/**
 * Splits bytes into lines, each with its newline, which only the last may lack. Holds one line at a time, and throws an
 * `OperatorError` before it has read all of a line that is longer than any document.
 */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let parts: Uint8Array[] = [];
  let size = 0;
  let number = 1;
  const keep = (part: Uint8Array): void => {
    parts.push(part);
    size += part.length;
    if (size > MAX_LINE_BYTES) {
      throw new OperatorError(
        `Line ${number} is longer than any document: this is no workspace file.`,
      );
    }
  };
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      keep(chunk.subarray(start, end + 1));
      start = end + 1;
      yield Buffer.concat(parts);
      [parts, size] = [[], 0];
      number += 1;
    }
    if (start < chunk.length) keep(chunk.subarray(start));
  }
  if (size > 0) yield Buffer.concat(parts);
}
