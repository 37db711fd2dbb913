import { SystemClock } from '../../../src/common/clock/clock';
import { findTimeStep, newTotpSecret } from '../../../src/two-factor/methods/totp';
import { callCommand } from '../../support/command';
import { CommandCall, runCommand } from '../../support/command-process';

const SECRET = newTotpSecret();

/** Whether the output is a valid code of the secret and nothing else. The real clock may have begun another step. */
const isItsCode = (stdout: string): boolean =>
  /^\d{6}\n$/.test(stdout) &&
  findTimeStep(SECRET, stdout.trim(), new SystemClock().now()) !== undefined;

describe('npm run totp', () => {
  it.each<[string, CommandCall]>([
    ['a variable', { env: { TOTP_SECRET: SECRET } }],
    ['a variable with blanks around it', { env: { TOTP_SECRET: ` ${SECRET}\n` } }],
    ['standard input', { stdin: `${SECRET}\n` }],
    ['standard input without an end of line', { stdin: SECRET }],
  ])('reads a secret from %s, where no other user sees it', async (_case, call) => {
    const { code, stdout, printed } = await runCommand('totp', call);
    expect([code, isItsCode(stdout)]).toEqual([0, true]);
    expect(printed).not.toContain(SECRET);
  });

  it('warns about a secret among the arguments, which every user of the machine can read', async () => {
    const { code, stdout, stderr } = await callCommand('totp', { args: [SECRET] });
    expect([code, isItsCode(stdout)]).toEqual([0, true]);
    expect(stderr).toContain('TOTP_SECRET');
    expect(stderr).not.toContain(SECRET);
  });

  it.each<[string, CommandCall]>([
    ['a missing secret', {}],
    ['a secret that is not base32', { stdin: 'not a secret!\n' }],
  ])('prints the usage and no code for %s', async (_case, call) => {
    const { code, stdout, stderr } = await callCommand('totp', call);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/secret/);
  });
});
