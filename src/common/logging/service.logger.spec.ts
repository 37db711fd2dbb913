import { ServiceLogger } from './service.logger';

describe('ServiceLogger', () => {
  let written: string;
  let logger: ServiceLogger;

  beforeEach(() => {
    written = '';
    const write = (text: unknown): boolean => {
      written += String(text);
      return true;
    };
    jest.spyOn(process.stdout, 'write').mockImplementation(write);
    jest.spyOn(process.stderr, 'write').mockImplementation(write);
    logger = new ServiceLogger({ json: true });
  });
  afterEach(() => jest.restoreAllMocks());

  it.each(['NestFactory', 'InstanceLoader', 'RoutesResolver', 'RouterExplorer', 'NestApplication'])(
    'hides the progress messages of %s, but not its warnings',
    (context) => {
      logger.log('Starting', context);
      expect(written).toBe('');
      logger.warn('Mind this', context);
      expect(written).toContain('Mind this');
    },
  );

  it("writes the service's own messages from the start", () => {
    logger.log('{"t":"user.login"}', 'Audit');
    logger.error('It failed', undefined, 'Sessions');
    expect(written).toContain('user.login');
    expect(written).toContain('It failed');
  });

  it.each(['ExceptionHandler', 'NestApplication'])(
    'hides a failed start as %s reports it',
    (context) => {
      logger.error('Error: hunter2', undefined, context);
      expect(written).toBe('');
    },
  );

  it('hides debug messages', () => {
    logger.debug('detail', 'Audit');
    logger.verbose('detail', 'Audit');
    expect(written).toBe('');
  });
});
