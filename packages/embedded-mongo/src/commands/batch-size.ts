import { Arguments } from './arguments';

/** The `batchSize` inside the `cursor` field of a command that answers with a cursor. */
export function batchSizeOf(command: Arguments): number | undefined {
  const cursor = command.optionalDocument('cursor');
  if (!cursor) return undefined;
  const request = new Arguments(`${command.command}.cursor`, cursor);
  request.allowOnly(['batchSize']);
  return request.count('batchSize');
}
