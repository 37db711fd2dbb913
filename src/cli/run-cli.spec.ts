import { PassThrough } from 'node:stream';
import { COMMANDS } from './commands';
import { runCli } from './run-cli';

const SECRET = 'hunter2';

async function run(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const code = await runCli(argv, { env: {}, folder: '/', stdin, stdout, stderr });
  return { code, out: String(stdout.read() ?? ''), err: String(stderr.read() ?? '') };
}

describe('runCli', () => {
  it.each(['--help', '-h'])('prints all commands on standard output for %s', async (option) => {
    const { code, out, err } = await run(option);
    expect([code, err]).toEqual([0, '']);
    for (const name of Object.keys(COMMANDS))
      expect(out).toMatch(new RegExp(`^  ${name} +\\w`, 'm'));
  });

  it.each(Object.keys(COMMANDS))('prints the usage of %s and runs nothing', async (name) => {
    const { code, out, err } = await run(name, '--apply', '--help');
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^Usage: /);
    expect(out).toContain(
      name === 'totp' ? 'npm run --silent totp' : `npm run workspace -- ${name}`,
    );
  });

  it.each([SECRET, 'constructor', '--apply', 'INIT', ''])(
    'answers %j with the usage on standard error and exit code 2',
    async (name) => {
      const { code, out, err } = await run(name, SECRET);
      expect([code, out]).toEqual([2, '']);
      expect(err).toContain('Usage: npm run workspace -- COMMAND');
      expect(err).not.toContain(SECRET);
    },
  );

  it('prints the usage when no command is named', async () => {
    const { code, err } = await run();
    expect(code).toBe(2);
    expect(err).toMatch(/^Usage: /);
  });

  it('exits with 1 when a command refuses, and prints no stack', async () => {
    const { code, err } = await run('indexes', '--aply');
    expect(code).toBe(1);
    expect(err).toMatch(/^This command does not know one of the options.\nUsage: /);
    expect(err).not.toContain('    at ');
  });
});
