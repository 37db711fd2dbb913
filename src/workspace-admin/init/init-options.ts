import { OperatorError } from '../../common/errors/operator-error';
import { describeAdministrator, FirstAdministrator } from './first-administrator';
import { parseOptions } from '../command/parse-options';

export const INIT_USAGE =
  'Usage: npm run workspace -- init --username NAME --email ADDRESS [--name "FULL NAME"]\n' +
  'init asks for the password, or reads it from the first line of standard input.';
/** `--password`, `--pass`, `-p` and the like; no option of this command begins so. */
const PASSWORD_OPTION = /^--?p/i;

/** @throws OperatorError when an option is wrong, or one of them is a password */
export function parseInitOptions(args: string[]): FirstAdministrator {
  if (args.some((argument) => PASSWORD_OPTION.test(argument))) {
    throw new OperatorError(
      'init takes no password from the arguments: the shell keeps them in its history, and every user of this ' +
        `machine can read them while the command runs. Choose another password now.\n${INIT_USAGE}`,
    );
  }
  if (args.length === 0) throw new OperatorError(INIT_USAGE);
  const text = { type: 'string' } as const;
  const options = parseOptions(args, { username: text, email: text, name: text }, INIT_USAGE);
  return describeAdministrator(options);
}
