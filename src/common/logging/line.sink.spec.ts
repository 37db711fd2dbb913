import fs from 'node:fs';
import { LineSink } from './line.sink';

const FD = 99;
const full = Object.assign(new Error('full'), { code: 'EAGAIN' });
const gone = Object.assign(new Error('gone'), { code: 'EPIPE' });

describe('LineSink', () => {
  /** What the reader has received; each entry is one write. */
  let received: string[];
  /** How many bytes the next writes take, or why they fail; then everything. */
  let behaviour: (number | Error)[];
  let sink: LineSink;

  beforeEach(() => {
    jest.useFakeTimers();
    received = [];
    behaviour = [];
    jest.spyOn(fs, 'writeSync').mockImplementation(((fd: number, bytes: Buffer) => {
      if (fd !== FD) throw new Error(`Unexpected descriptor ${fd}`);
      const next = behaviour.shift() ?? bytes.length;
      if (next instanceof Error) throw next;
      received.push(bytes.subarray(0, next).toString());
      return next;
    }) as typeof fs.writeSync);
    sink = new LineSink(FD, (count) => `lost ${count}\n`);
  });
  afterEach(() => {
    jest.useRealTimers();
    jest.restoreAllMocks();
  });

  it('writes the lines of a few milliseconds at once, and in order', () => {
    sink.write('a\n');
    sink.write('b\n');
    expect(received).toEqual([]);
    jest.runAllTimers();
    sink.write('c\n');
    jest.runAllTimers();
    expect(received).toEqual(['a\nb\n', 'c\n']);
  });

  it('writes whole lines of at most 4096 bytes together, a longer one by itself', () => {
    const lines = 'abcdefghij'.split('').map((letter) => `${letter.repeat(999)}\n`);
    const long = `${'é'.repeat(3000)}\n`;
    for (const line of [...lines, long, 'z\n']) sink.write(line);
    jest.runAllTimers();
    expect(received).toEqual([
      lines.slice(0, 4).join(''),
      lines.slice(4, 8).join(''),
      lines.slice(8).join(''),
      long,
      'z\n',
    ]);
  });

  it('waits for a full pipe, and goes on where it has stopped', () => {
    behaviour = [full, full, 3, full];
    sink.write('abcdef\n');
    jest.runOnlyPendingTimers();
    sink.write('g\n');
    jest.runAllTimers();
    expect(received).toEqual(['abc', 'def\n', 'g\n']);
  });

  it('drops what does not fit into 4 Mi characters, and says how much', () => {
    behaviour = [full];
    const line = `${'x'.repeat(1023)}\n`;
    for (let count = 0; count < 5000; count++) sink.write(line);
    jest.runAllTimers();
    const text = received.join('');
    expect(text.replaceAll(line, '')).toBe('lost 904\n');
    expect(text.length).toBe(4096 * line.length + 'lost 904\n'.length);
  });

  it('drops lines while the reader is gone, and tells the next reader', () => {
    behaviour = [gone, gone];
    sink.write('a\n');
    sink.write('b\n');
    jest.runAllTimers();
    sink.write('c\n');
    jest.runAllTimers();
    expect(received).toEqual([]);
    sink.write('d\n');
    sink.write('e\n');
    jest.runAllTimers();
    expect(received).toEqual(['lost 3\nd\ne\n']);
  });

  it('begins a new line after one that was cut off', () => {
    behaviour = [3, gone];
    sink.write('abcdef\n');
    jest.runAllTimers();
    sink.write('g\n');
    jest.runAllTimers();
    expect(received).toEqual(['abc', '\nlost 1\ng\n']);
  });

  it('writes the rest at the exit of the process, also to a reader that is slow', () => {
    behaviour = [full, full, 1];
    sink.write('abc\n');
    sink.flushAtExit();
    expect(received).toEqual(['a', 'bc\n']);
  });

  it('gives up at the exit when nobody reads', () => {
    behaviour = Array<Error>(10_000).fill(full);
    sink.write('abc\n');
    sink.flushAtExit();
    expect(received).toEqual([]);
  });
});
