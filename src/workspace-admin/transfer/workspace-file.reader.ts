import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { OperatorError } from '../../common/errors/operator-error';
import { parseLine } from './extended-json';
import { WorkspaceFileValidator } from './workspace-file.validator';
import { linesOf } from './lines';
import { WorkspaceLine } from './workspace-file';

const NEWLINE = 0x0a;

/**
 * Yields what to store, line by line.
 * @throws OperatorError naming the wrong line, but none of its contents; a truncated or changed file is noticed at its
 * end only
 */
export async function* readWorkspaceFile(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<WorkspaceLine> {
  const order = new WorkspaceFileValidator();
  const hash = createHash('sha256');
  let number = 0;
  for await (const bytes of linesOf(chunks)) {
    number += 1;
    const item = order.take(parse(bytes, number), number, () => hash.copy().digest('hex'));
    hash.update(bytes);
    if (item) yield item;
  }
  order.finish(number);
}

function parse(bytes: Buffer, number: number): unknown {
  if (!isUtf8(bytes)) throw new OperatorError(`Line ${number} is not UTF-8.`);
  try {
    return parseLine(bytes.toString());
  } catch {
    // A truncated line is usually not JSON; the parser's message may quote it.
    throw new OperatorError(
      bytes.at(-1) === NEWLINE
        ? `Line ${number} is not Extended JSON.`
        : `The file ends in the middle of line ${number}: it is cut off.`,
    );
  }
}
