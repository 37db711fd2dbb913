import { parseArgs, ParseArgsConfig } from 'node:util';
import { isNativeError } from 'node:util/types';
import { OperatorError } from '../../common/errors/operator-error';

/** Unlike Node's messages, these quote no argument: one may be a misplaced secret. */
const REASONS: Record<string, string> = {
  ERR_PARSE_ARGS_UNKNOWN_OPTION: 'This command does not know one of the options.',
  ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL: 'One of the arguments belongs to no option.',
  ERR_PARSE_ARGS_INVALID_OPTION_VALUE:
    'An option lacks its value, or has a value that it does not take.',
};

type Options = NonNullable<ParseArgsConfig['options']>;
type Values<T extends Options> = ReturnType<
  typeof parseArgs<{ options: T; strict: true; allowPositionals: false }>
>['values'];

/** @throws OperatorError for an argument that the command does not know; the message quotes none */
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
