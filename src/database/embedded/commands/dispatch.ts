import { CommandError } from '../errors';
import { encodeReply } from '../values/encode';
import type { Document } from '../values/value';
import { Arguments } from './arguments';
import type { CommandContext, Reply } from './command';
import { generalOptions } from './general-options';
import { commands } from './registry';

/** Fields of a transaction, or of a write the driver may repeat: both need a replica set. */
const TRANSACTION_FIELDS = ['txnNumber', 'startTransaction', 'autocommit'];

/**
 * Runs a command and encodes its answer. A refusal is an answer, too.
 * @throws only what is no CommandError: a fault of this engine
 */
export function answer(body: Document, context: CommandContext): Buffer {
  try {
    const reply = run(body, context);
    return Buffer.isBuffer(reply) ? reply : encodeReply({ ...reply, ok: 1 });
  } catch (error) {
    if (error instanceof CommandError) return refusal(error);
    throw error;
  }
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
