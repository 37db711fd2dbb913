import { Logger } from '@nestjs/common';
import { TestClock } from '../../test/support/test-clock';
import { FakeMongod } from '../../test/support/fake-mongod';
import { SystemClock } from '../common/clock/clock';
import { OperatorError } from '../common/errors/operator-error';
import { loadConfiguration } from '../config/configuration';
import { connect } from './connect';

const AUTHENTICATION_FAILED = {
  ok: 0,
  code: 18,
  codeName: 'AuthenticationFailed',
  errmsg: 'hunter2 is wrong',
};
/** Longer than any test takes, so a refusal within a test came at once. */
const CONFIGURATION = { STARTUP_TIMEOUT_SECONDS: '3600', DATABASE_TIMEOUT_MS: '5000' };

let warnings: string[];
beforeEach(() => {
  warnings = [];
  jest.spyOn(Logger.prototype, 'warn').mockImplementation((message: string) => {
    warnings.push(message);
  });
});
afterEach(() => {
  jest.restoreAllMocks();
});

const connectTo = async (uri: string, env: Record<string, string> = {}): Promise<void> => {
  const { database } = loadConfiguration({ MONGODB_URI: uri, ...CONFIGURATION, ...env });
  const connection = await connect(uri, database, new TestClock());
  await connection.close();
};

/** The message of a refusal without a retry. */
const refusalAtOnce = async (uri: string): Promise<string> => {
  const error: unknown = await connectTo(uri).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(OperatorError);
  expect(warnings).toEqual([]);
  const { message } = error as OperatorError;
  expect(message).not.toMatch(/\n|hunter2|127\.0\.0\.1/);
  return message;
};

describe('connect', () => {
  it.each([
    [18, 'AuthenticationFailed', /refuses the user name or the password.*authSource/],
    [8000, 'AtlasError', /refuses the user name or the password/],
    [11, 'UserNotFound', /refuses the user name or the password/],
    [13, 'Unauthorized', /lacks a right.*ws_/],
    [334, 'MechanismUnavailable', /refuses what the service needs \(MechanismUnavailable\)/],
    [2, 'hunter2 <script>', /refuses what the service needs \(error 2\)/],
  ])('gives up at once when the server refuses the user: %i %s', async (code, codeName, words) => {
    const error = { ...AUTHENTICATION_FAILED, code, codeName };
    const { port } = await FakeMongod.start({ saslStart: error, ping: error });
    expect(await refusalAtOnce(`mongodb://user:hunter2@127.0.0.1:${port}/chat`)).toMatch(words);
  });

  it.each(['', '&directConnection=true'])(
    'gives up at once when the replica set has another name%s',
    async (option) => {
      const { port } = await FakeMongod.start({
        hello: { setName: 'rs0', hosts: ['127.0.0.1:1'], secondary: false },
      });
      const uri = `mongodb://127.0.0.1:${port}/chat?replicaSet=hunter2${option}`;
      expect(await refusalAtOnce(uri)).toContain('belong to another replica set');
    },
  );

  it('gives up at once when the server is not the replica set that the address names', async () => {
    const { port } = await FakeMongod.start();
    const uri = `mongodb://127.0.0.1:${port}/chat?replicaSet=rs0`;
    expect(await refusalAtOnce(uri)).toContain('or to none');
  });

  it('gives up at once when the server is too old for the driver', async () => {
    const { port } = await FakeMongod.start({ hello: { maxWireVersion: 6 } });
    expect(await refusalAtOnce(`mongodb://127.0.0.1:${port}/chat`)).toContain('too old');
  });

  it.each([
    ['a port where nothing listens', '127.0.0.1:1', 'ECONNREFUSED: nothing listens there'],
    ['an unknown name', 'nobody.invalid', /its host name (is not known|cannot be)/],
  ])('tries again, and says why, for %s', async (_case, host, reason) => {
    const uri = `mongodb://user:hunter2@${host}/chat`;
    const env = { STARTUP_TIMEOUT_SECONDS: '1', DATABASE_TIMEOUT_MS: '100' };
    // The pauses between its attempts; the test's clock stands still.
    const clock = new TestClock();
    const { database } = loadConfiguration({ MONGODB_URI: uri, ...env });
    jest.mocked(Logger.prototype.warn).mockImplementation((message: string) => {
      warnings.push(message);
      clock.advance({ seconds: 0.5 });
    });
    await expect(connect(uri, database, clock)).rejects.toThrow(OperatorError);
    expect(warnings.length).toBeGreaterThan(0);
    for (const line of warnings) {
      expect(line).toMatch(reason);
      expect(line).not.toContain('hunter2');
    }
  });

  it('waits until a server that is named directly is the primary, and never reads from another', async () => {
    const secondary = {
      setName: 'rs0',
      isWritablePrimary: false,
      ismaster: false,
      secondary: true,
    };
    const { port, commands } = await FakeMongod.start({
      hello: { ...secondary, hosts: ['127.0.0.1:1'] },
    });
    const uri = `mongodb://127.0.0.1:${port}/chat?directConnection=true`;
    const clock = new TestClock();
    const { database } = loadConfiguration({ MONGODB_URI: uri, STARTUP_TIMEOUT_SECONDS: '1' });
    jest.mocked(Logger.prototype.warn).mockImplementation((message: string) => {
      warnings.push(message);
      clock.advance({ seconds: 0.6 });
    });
    await expect(connect(uri, database, clock)).rejects.toThrow('not its primary');
    expect(warnings).toHaveLength(1);
    expect(commands).not.toContain('find');
  });

  it.each([
    [undefined, 0],
    [{ monitorCommands: true }, 1],
  ])('monitors commands only when asked to: %j', async (options, pings) => {
    const { port } = await FakeMongod.start();
    const { database } = loadConfiguration(CONFIGURATION);
    const uri = `mongodb://127.0.0.1:${port}/chat`;
    const connection = await connect(uri, database, new TestClock(), options);
    const seen: string[] = [];
    connection.getClient().on('commandStarted', ({ commandName }) => seen.push(commandName));
    await connection.db?.command({ ping: 1 });
    expect(seen).toEqual(Array(pings).fill('ping'));
    await connection.close();
  });

  it('bounds the start alone by what is left of it, and not what the service asks later', async () => {
    const { port } = await FakeMongod.start();
    const env = { STARTUP_TIMEOUT_SECONDS: '1', DATABASE_TIMEOUT_MS: '5000' };
    const { database } = loadConfiguration(env);
    const uri = `mongodb://127.0.0.1:${port}/chat`;
    const connection = await connect(uri, database, new TestClock());
    const { serverSelectionTimeoutMS } = connection.getClient().options;
    await connection.close();
    expect(serverSelectionTimeoutMS).toBe(5000);
  });

  it('gives up when the start is over, though the database has more time, and says why', async () => {
    const env = { STARTUP_TIMEOUT_SECONDS: '1', DATABASE_TIMEOUT_MS: '60000' };
    const { database } = loadConfiguration(env);
    const began = performance.now();
    await expect(
      connect('mongodb://127.0.0.1:1/chat', database, new SystemClock()),
    ).rejects.toThrow(/within 1 s \(ECONNREFUSED/);
    expect(performance.now() - began).toBeLessThan(10_000);
  });

  it('connects to a valid address', async () => {
    const { port } = await FakeMongod.start();
    await connectTo(`mongodb://127.0.0.1:${port}/chat`);
    expect(warnings).toEqual([]);
  });
});
