import fc from 'fast-check';
import { HOSTILE_AGENTS, USER_AGENTS } from '../../../../test/support/user-agents';
import { DEVICE_TYPES, MAX_FIELD, recogniseDevice } from './device';

const CHROME_ON_WINDOWS =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/113.0.0.0 Safari/537.36';

/** A device as JSON, because the order of its keys is part of the contract. */
function json(line: string): string {
  const [type, name, longVersion, osName, osVersion, version] = line
    .split(' | ')
    .map((text) => (text === '-' ? '' : text));
  const os = osName && !osVersion ? { name: osName } : { name: osName, version: osVersion };
  return JSON.stringify({ type, name, longVersion, os, version });
}

/** Returns how many milliseconds the fastest of several recognitions took. */
function fastest(userAgent: string): number {
  const runs = [1, 2, 3].map(() => {
    const begin = performance.now();
    recogniseDevice(userAgent);
    return performance.now() - begin;
  });
  return Math.min(...runs);
}

describe('recogniseDevice', () => {
  it('returns the published example, in its key order', () => {
    expect(JSON.stringify(recogniseDevice(CHROME_ON_WINDOWS))).toBe(
      '{"type":"browser","name":"Chrome","longVersion":"113.0.0.0","os":{"name":"Windows","version":"10"},"version":"113.0.0"}',
    );
  });

  describe.each(Object.entries(USER_AGENTS))('recogniseDevice: %s', (_group, agents) => {
    it.each(Object.entries(agents))('recognises %s', (userAgent, device) => {
      expect(JSON.stringify(recogniseDevice(userAgent))).toBe(json(device));
    });
  });

  describe('recogniseDevice: hostile user agents', () => {
    it.each(Object.entries(HOSTILE_AGENTS))('survives %s', (_what, [userAgent, device]) => {
      expect(JSON.stringify(recogniseDevice(userAgent))).toBe(json(device));
    });

    it('survives a missing header', () => {
      expect(JSON.stringify(recogniseDevice(undefined))).toBe(json('other | - | - | - | - | -'));
    });
  });

  const PIECES = [
    ...['a', ' ', '(', ')', ';', '/', '.', '1', '+', '(((((', ';;;;', '\u0000', '\ud83d', '%20'],
    ...['a/1 ', 'a/1', 'a ', 'a/', '(a;', '( ', '; ', 'droid ', 'bot/1.', 'Mozilla/5.0 (', 'like '],
    ...['RC Mobile;', 'RC Mobile ', ' Electron/', 'Rocket.Chat+/', 'compatible; ', '(compatible;'],
    ...['Version/', ' Version/26.', 'Windows NT; ', 'Linux aarch64 ', 'Mac OS X ', 'iphone os '],
    ...['Microsoft Outlook ', 'webkit safari ', 'version/1 ', '-Android/', 'CFNetwork/ '],
  ];

  describe.each(PIECES)('recogniseDevice: repeated %j', (piece) => {
    it('reads no more of a million characters than of a few', () => {
      const agent = piece.repeat(1_000_000 / piece.length);
      expect(recogniseDevice(agent)).toEqual(recogniseDevice(agent.slice(0, 500)));
    });

    it('takes no longer for 32 kB than for 16 kB', () => {
      const short = piece.repeat(16_384 / piece.length);
      const long = short + short;
      // The fastest of several runs, because other work slows the machine down.
      expect(fastest(long)).toBeLessThan(2 * fastest(short) + 20);
    });
  });

  const word = fc.oneof(
    fc.constantFrom(
      'RC Mobile;',
      ' Electron/',
      'Rocket.Chat/',
      'Android ',
      'iPad;',
      'Version/',
      'bot/',
      'v1.2',
    ),
    fc.string({ unit: 'binary' }),
    // Lone surrogates and control characters, which well-formed text does not have.
    fc.string({
      unit: fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)),
    }),
  );
  const anyText = fc.oneof(
    word,
    fc.array(word, { maxLength: 30 }).map((words) => words.join('')),
  );

  it('returns short and printable fields for any text', () => {
    fc.assert(
      fc.property(anyText, (userAgent) => {
        const { type, name, longVersion, os, version } = recogniseDevice(userAgent);

        expect(DEVICE_TYPES).toContain(type);
        expect(version).toMatch(/^(\d+(\.\d+){0,2})?$/);
        for (const text of [name, longVersion, os.name, os.version ?? '', version]) {
          expect(text.length).toBeLessThanOrEqual(MAX_FIELD);
          expect(text).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
