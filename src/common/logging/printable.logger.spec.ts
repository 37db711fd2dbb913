import { PrintableLogger } from './printable.logger';

describe('PrintableLogger', () => {
  afterEach(() => jest.restoreAllMocks());

  it.each([true, false])('writes no character that a terminal obeys (JSON: %s)', (json) => {
    const written: string[] = [];
    const write = (text: unknown): boolean => {
      written.push(String(text));
      return true;
    };
    jest.spyOn(process.stdout, 'write').mockImplementation(write);
    jest.spyOn(process.stderr, 'write').mockImplementation(write);
    const logger = new PrintableLogger({ json, colors: false });
    logger.log('a\u009b31mb\u202ec\ud800d\r\n    second line', 'Context');
    logger.warn('e\u0085f', 'Context');
    logger.error('g\u2028h', 'Context');
    const text = written.join('');
    expect(text).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
    for (const escaped of ['u009b31mb', 'u202ec', 'ud800d', 'u000d', 'e\\', 'u2028h']) {
      expect(text).toContain(escaped);
    }
    if (!json) expect(text).toContain('\n    second line\n');
    else for (const line of written) JSON.parse(line);
  });
});
