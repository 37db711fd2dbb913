import { LogFormat, LogLevel } from './log-level';
import { LogFields, ServiceLogger } from './service.logger';

/** What a terminal obeys or hides; a line end belongs to the log. */
const UNPRINTABLE = /(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;
const TIME = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/;

describe('ServiceLogger', () => {
  let written: string;

  beforeEach(() => {
    written = '';
  });

  const logger = (
    format: LogFormat = 'json',
    level: LogLevel = 'info',
    surroundings?: () => LogFields,
  ): ServiceLogger =>
    new ServiceLogger({ level, format }, { write: (line) => (written += line) }, surroundings);

  const lines = (): LogFields[] =>
    written
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as LogFields);

  it('writes one JSON object a line, of this shape', () => {
    logger().warn('Mind this', 'Database');
    logger().error('It failed', { request_id: 'a' }, 'Sessions');
    logger().log({ 'http.route': '/x', msg: 'GET /x 200', absent: undefined }, 'Http');
    const common = { 'process.pid': process.pid, time: expect.stringMatching(TIME) as string };
    expect(lines()).toEqual([
      { level: 'warn', ...common, context: 'Database', msg: 'Mind this' },
      { level: 'error', ...common, context: 'Sessions', request_id: 'a', msg: 'It failed' },
      { level: 'info', ...common, context: 'Http', 'http.route': '/x', msg: 'GET /x 200' },
    ]);
    expect(written).toMatch(/^\{"level":"warn","time":"[^"]+","process\.pid":\d+,"context":/);
  });

  it('writes audit records as objects, at every level', () => {
    const entry = { t: 'session.viewed', actor: { useragent: 'a\u009b"' }, data: { result: 'ok' } };
    logger('json', 'fatal').log(entry, 'Audit');
    logger('json', 'fatal').log('of another kind', 'Audit');
    logger('json', 'fatal').error('hidden', 'Sessions');
    expect(lines()).toMatchObject([
      { context: 'Audit', msg: 'session.viewed', audit: entry },
      { context: 'Audit', msg: 'of another kind' },
    ]);
    expect(written).not.toMatch(UNPRINTABLE);
  });

  it('adds what surrounds the place that writes, such as a trace', () => {
    logger('json', 'info', () => ({ trace_id: 'f00' })).log('Text', 'Sessions');
    expect(lines()).toMatchObject([{ trace_id: 'f00', msg: 'Text' }]);
  });

  it('writes text for people', () => {
    const text = logger('text');
    text.warn('Mind this', 'Database');
    text.log(
      { msg: 'GET /x 200', request_id: 'a', 'http.server.request.duration': 0.01234 },
      'Http',
    );
    text.log({ t: 'login' }, 'Audit');
    text.error('Unforeseen: TypeError\n    at x (y.js:1:1)', { request_id: 'b' }, 'Filter');
    expect(written.replaceAll(new RegExp(TIME, 'g'), 'TIME')).toBe(
      'TIME WARN  [Database] Mind this\n' +
        'TIME INFO  [Http] GET /x 200 12.3 ms request_id=a\n' +
        'TIME INFO  [Audit] {"t":"login"}\n' +
        'TIME ERROR [Filter] Unforeseen: TypeError\n    at x (y.js:1:1) request_id=b\n',
    );
  });

  it.each<LogFormat>(['json', 'text'])(
    'writes no character as %s that a terminal obeys, and only its own line ends',
    (format) => {
      const hostile = 'a\u009b31mb\u202ec\ud800d\u2028\u0000\u007f\u001b[2J"\\';
      logger(format).log({ msg: 'GET', 'error.type': `${hostile}\r\n`, request_id: hostile }, 'X');
      logger(format).error(hostile, `at forged\r\n    at ${hostile}`, hostile);
      expect(written).not.toMatch(UNPRINTABLE);
      if (format === 'json') {
        expect(lines()).toMatchObject([{ 'error.type': `${hostile}\r\n` }, { msg: hostile }]);
      }
    },
  );

  it('keeps the message of an error and of its stack to itself, since they may hold data', () => {
    const error = new TypeError('hunter2\n    in several lines');
    logger().error(error, 'Sessions');
    logger().error('It failed', error.stack, 'Sessions');
    expect(written).not.toContain('hunter2');
    expect(lines()).toMatchObject([
      { msg: expect.stringMatching(/^TypeError\n\s+at /) as string },
      { msg: 'It failed', 'exception.stacktrace': expect.stringMatching(/^\s+at /) as string },
    ]);
  });

  it.each(['NestFactory', 'InstanceLoader', 'RoutesResolver', 'RouterExplorer', 'NestApplication'])(
    'hides the progress messages of %s, but not its warnings',
    (context) => {
      logger().log('Starting', context);
      expect(written).toBe('');
      logger().warn('Mind this', context);
      expect(written).toContain('Mind this');
    },
  );

  it.each(['ExceptionHandler', 'NestApplication'])(
    'hides a failed start as %s reports it',
    (context) => {
      logger().error('Error: hunter2', undefined, context);
      expect(written).toBe('');
    },
  );

  it.each<[LogLevel, string]>([
    ['fatal', 'F'],
    ['error', 'FE'],
    ['warn', 'FEW'],
    ['info', 'FEWI'],
    ['debug', 'FEWID'],
  ])('writes at LOG_LEVEL=%s what is as urgent: %s', (level, expected) => {
    const leveled = logger('json', level);
    leveled.fatal('F');
    leveled.error('E');
    leveled.warn('W');
    leveled.log('I');
    leveled.debug('D');
    expect(
      lines()
        .map(({ msg }) => msg)
        .join(''),
    ).toBe(expected);
  });
});
