import { parseArgs, ParseArgsConfig } from 'node:util';
import { isNativeError } from 'node:util/types';
import { OperatorError } from '../../common/errors/operator-error';

/** What Node's messages never contain: the text of an argument. It may be a secret in the wrong place. */
const REASONS: Record<string, string> = {
  ERR_PARSE_ARGS_UNKNOWN_OPTION: 'There is an option that this command does not know.',
  ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL: 'There is an argument that belongs to no option.',
  ERR_PARSE_ARGS_INVALID_OPTION_VALUE:
    'An option lacks its value, or has one that it does not take.',
};

type Options = NonNullable<ParseArgsConfig['options']>;
type Values<T extends Options> = ReturnType<
  typeof parseArgs<{ options: T; strict: true; allowPositionals: false }>
>['values'];

/**
 * Reads the arguments of a command.
 * @param usage how the command is called, for whoever calls it wrongly
 * @throws Refusal when there is anything that the command does not know; it repeats no argument
 */
export function parseOptions<T extends Options>(
  args: string[],
  options: T,
  usage: string,
): Values<T> {
  try {
    return parseArgs({ args, options, strict: true, allowPositionals: false }).values;
  } catch (error) {
    const code = isNativeError(error) && 'code' in error ? String(error.code) : '';
    throw new OperatorError(`${REASONS[code] ?? 'The arguments are wrong.'}\n${usage}`);
  }
}
