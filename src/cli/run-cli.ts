import { describeFailure } from '../database/describe-failure';
import { CommandIo } from '../workspace-admin/command/command';
import { COMMANDS } from './commands';

const WRONG_USAGE = 2;
const HELP = ['--help', '-h'];

/**
 * Runs one command. It does not end the process and reads no global state.
 * @returns the exit code: 0, 1 when the command fails, or 2 when there is no such command
 */
export async function runCli(argv: string[], io: CommandIo): Promise<number> {
  const [name = '', ...args] = argv;
  if (HELP.includes(name)) {
    io.stdout.write(`${overview()}\n`);
    return 0;
  }
  const entry = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!entry) {
    // Not quoted: the name may be a misplaced secret.
    io.stderr.write(`${name === '' ? '' : 'There is no such command.\n'}${overview()}\n`);
    return WRONG_USAGE;
  }
  try {
    const command = await entry.load();
    if (!args.some((argument) => HELP.includes(argument))) return await command.run(args, io);
    io.stdout.write(`${command.usage}\n`);
    return 0;
  } catch (error) {
    io.stderr.write(`${describeFailure(error)}\n`);
    return 1;
  }
}

function overview(): string {
  const width = Math.max(...Object.keys(COMMANDS).map((name) => name.length));
  const rows = Object.entries(COMMANDS).map(
    ([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`,
  );
  return [
    'Usage: npm run workspace -- COMMAND [OPTIONS]',
    ...rows,
    'Options of a command: npm run workspace -- COMMAND --help',
  ].join('\n');
}
