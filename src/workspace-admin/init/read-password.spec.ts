import { PassThrough } from 'node:stream';
import { readPassword } from './read-password';

const PASSWORD = 'correct horse battery';

/** A user who types; `isTTY` makes it a terminal. Collects everything that the user sees. */
function typing(text: string, isTTY: boolean): { result: Promise<string>; seen: () => string } {
  const setRawMode = jest.fn();
  const input = Object.assign(new PassThrough(), { isTTY, setRawMode });
  const prompts = new PassThrough();
  const result = readPassword(input, prompts).finally(() => {
    // Raw while it reads, so that the terminal echoes nothing, and then as before.
    const modes: unknown[] = setRawMode.mock.calls.flat();
    expect(modes).toEqual(isTTY ? [true, false] : []);
  });
  input.end(text);
  return { result, seen: () => String(prompts.read() ?? '') };
}

describe('readPassword', () => {
  it('reads the first line of a pipe, unchanged and without a prompt', async () => {
    const { result, seen } = typing(' pass word \nmore\n', false);
    expect(await result).toBe(' pass word ');
    expect(seen()).toBe('');
  });

  it('asks twice on a terminal, gives the minimum length, and echoes nothing', async () => {
    const { result, seen } = typing(`${PASSWORD}\r${PASSWORD}\r`, true);
    expect(await result).toBe(PASSWORD);
    expect(seen()).toBe('Password (at least 12 characters): \nRepeat the password: \n');
  });

  it('handles backspace on a terminal', async () => {
    const { result } = typing(`${PASSWORD}x\x7f\r${PASSWORD}\r`, true);
    expect(await result).toBe(PASSWORD);
  });

  it('refuses two passwords that differ', async () => {
    await expect(typing(`${PASSWORD}\rsomething else\r`, true).result).rejects.toThrow('differ');
  });

  it.each([
    ['Ctrl-C', '\x03', true],
    ['Ctrl-D', '\x04', true],
    ['Ctrl-C at the second question', `${PASSWORD}\r\x03`, true],
    ['an empty pipe', '', false],
  ])('refuses %s', async (_case, text, isTTY) => {
    await expect(typing(text, isTTY).result).rejects.toThrow('No password was given');
  });
});
