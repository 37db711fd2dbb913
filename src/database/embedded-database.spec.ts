import { SystemClock } from '../common/clock/clock';
import { OperatorError } from '../common/errors/operator-error';
import { loadConfiguration } from '../config/configuration';
import { EnvironmentConfig } from '../config/environment.config';
import { startEmbeddedDatabase } from './embedded-database';

const NAME = '@workspace-sessions/embedded-mongo';

const start = (
  env: NodeJS.ProcessEnv = {},
  environment = new EnvironmentConfig(),
): Promise<unknown> => {
  const { database } = loadConfiguration({ EMBEDDED_DATA_DIR: 'memory', ...env });
  return startEmbeddedDatabase(database, environment, new SystemClock());
};

describe('embedded database', () => {
  beforeEach(() => jest.resetModules());

  it('refuses to start in production', async () => {
    const production = Object.assign(new EnvironmentConfig(), { name: 'production' as const });
    await expect(start({}, production)).rejects.toThrow('does not run in production');
  });

  it.each(['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND'])(
    'explains that its package is not installed (%s)',
    async (code) => {
      jest.doMock(NAME, () => {
        throw Object.assign(new Error('not found'), { code });
      });
      const refusal = await start().catch((error: unknown) => error);
      expect(refusal).toBeInstanceOf(OperatorError);
      expect((refusal as Error).message).toMatch(/^MONGODB_URI is not set, .*Set MONGODB_URI/);
    },
  );

  it('passes on any other error that keeps the package from loading', async () => {
    jest.doMock(NAME, () => {
      throw new SyntaxError('Unexpected token');
    });
    await expect(start()).rejects.toThrow(SyntaxError);
  });

  it('names the setting when the data directory is unusable', async () => {
    jest.dontMock(NAME);
    const refusal = await start({ EMBEDDED_DATA_DIR: `${__filename}/x` }).catch(
      (error: unknown) => error,
    );
    expect(refusal).toBeInstanceOf(OperatorError);
    expect((refusal as Error).message).toBe(
      `The data directory ${__filename}/x cannot be used (ENOTDIR). Choose another one. EMBEDDED_DATA_DIR names the data directory.`,
    );
  });
});
