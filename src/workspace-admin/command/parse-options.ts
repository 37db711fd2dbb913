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
type Parsed<T extends Options> = ReturnType<
  typeof parseArgs<{ options: T; strict: true; allowPositionals: false; tokens: true }>
>;
type Values<T extends Options> = Parsed<T>['values'];

/**
 * @throws OperatorError for an argument that the command does not know, or an option given twice that may not be repeated:
 *   the last one would silently count. The message quotes none.
 */
export function parseOptions<T extends Options>(
  args: string[],
  options: T,
  usage: string,
): Values<T> {
  const { values, tokens } = parse(args, options, usage);
  const given = tokens.flatMap((token) => (token.kind === 'option' ? [token.name] : []));
  const isRepeated = (name: string, at: number): boolean =>
    options[name]?.multiple !== true && given.indexOf(name) < at;
  if (given.some(isRepeated)) throw new OperatorError(`An option is given twice.\n${usage}`);
  return values;
}

function parse<T extends Options>(args: string[], options: T, usage: string): Parsed<T> {
  try {
    return parseArgs({ args, options, strict: true, allowPositionals: false, tokens: true });
  } catch (error) {
    const code = isNativeError(error) && 'code' in error ? String(error.code) : '';
    throw new OperatorError(`${REASONS[code] ?? 'The arguments are wrong.'}\n${usage}`);
  }
}
