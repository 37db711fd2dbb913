import { CommandError } from '../errors';
import { encodeReply } from '../values/encode';
import { isDocument, isTruthy } from '../values/value';
import type { Document } from '../values/value';
import { Arguments } from './arguments';
import type { CommandContext, Reply } from './command';
import { generalOptions } from './general-options';
import { commands } from './registry';

/** Fields of a transaction, or of a write the driver may repeat: both need a replica set. */
const TRANSACTION_FIELDS = ['txnNumber', 'startTransaction', 'autocommit'];

/**
 * Runs a command, keeps what it changed, and encodes its answer. A refusal is an answer, too.
 * @returns a promise where the answer has to wait for the disk
 * @throws only what is no CommandError: a fault of this engine
 */
export function answer(body: Document, context: CommandContext): Buffer | Promise<Buffer> {
  try {
    // What a command changed before it failed stays changed, as in MongoDB, and is kept as well.
    const reply = attempt(body, context);
    const kept = context.changes?.commit(wantsJournal(body));
    return kept ? kept.then(() => reply, refuse) : reply;
  } catch (error) {
    return refuse(error);
  }
}

function attempt(body: Document, context: CommandContext): Buffer {
  try {
    const reply = run(body, context);
    return Buffer.isBuffer(reply) ? reply : encodeReply({ ...reply, ok: 1 });
  } catch (error) {
    return refuse(error);
  }
}

/** @throws what is no CommandError */
function refuse(error: unknown): Buffer {
  if (error instanceof CommandError) return refusal(error);
  throw error;
}

/** Whether the client asks to hear of its write only when it is on the disk: `writeConcern: {j: true}`. */
function wantsJournal(body: Document): boolean {
  const concern = body.get('writeConcern');
  return isDocument(concern) && isTruthy(concern.get('j'));
}

/** `{ok: 0}` with the error's code and words. */
export function refusal({ message, code, codeName, details }: CommandError): Buffer {
  return encodeReply({ ok: 0, errmsg: message, code, codeName, ...details });
}

function run(body: Document, context: CommandContext): Reply {
  const [name = ''] = body.keys();
  const command = commands.get(name);
  if (!command) throw new CommandError('CommandNotFound', `no such command: '${name}'`);
  if (TRANSACTION_FIELDS.some((field) => body.has(field))) {
    throw new CommandError(
      'IllegalOperation',
      'Transaction numbers are only allowed on a replica set member or mongos',
    );
  }
  const given = new Arguments(name, body);
  given.allowOnly([name, ...generalOptions, ...command.options]);
  return command.run(given, context);
}
