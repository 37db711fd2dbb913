import { AddressInfo, createServer, Server } from 'node:net';
import { runCommand } from '../../support/command-process';
import type * as DatabaseSupport from '../../support/database';
import { ServiceProcess } from '../../support/service-process';

/** A developer who runs the tests may have exported MONGODB_URI, with the address of a real workspace. */
let workspaceServer: Server;
let connections: number;
let before: NodeJS.ProcessEnv;

beforeEach(async () => {
  connections = 0;
  workspaceServer = createServer((socket) => {
    connections += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => workspaceServer.listen(0, '127.0.0.1', resolve));
  const { port } = workspaceServer.address() as AddressInfo;
  before = process.env;
  process.env = { ...before, MONGODB_URI: `mongodb://127.0.0.1:${port}/workspace` };
  delete process.env.TEST_MONGODB_URI;
});
afterEach(async () => {
  process.env = before;
  await new Promise((resolve) => workspaceServer.close(resolve));
});

/** The support module for databases, loaded afresh in the current environment. */
const loadSupport = (): typeof DatabaseSupport => {
  jest.resetModules();
  jest.doMock('../../support/teardown', () => ({ afterTests: () => undefined }));
  return jest.requireActual<typeof DatabaseSupport>('../../support/database');
};

it('never creates or drops a database on the server that MONGODB_URI names', async () => {
  const { openTestDatabase, REAL_MONGODB_URI } = loadSupport();
  expect(REAL_MONGODB_URI).toBeUndefined();
  const database = await openTestDatabase();
  await database.db.collection('things').insertOne({});
  await database.close();
  expect(connections).toBe(0);
});

it('takes the server for tests from TEST_MONGODB_URI', () => {
  process.env.TEST_MONGODB_URI = 'mongodb://127.0.0.1:1/';
  expect(loadSupport().REAL_MONGODB_URI).toBe('mongodb://127.0.0.1:1/');
});

it('hides MONGODB_URI from a service and a command that a test starts', async () => {
  const service = ServiceProcess.spawn({ NODE_ENV: 'production' });
  expect(await service.untilExit()).toBe(1);
  expect(service.printed).toContain('MONGODB_URI must be set');
  const env = { EMBEDDED_DATA_DIR: 'memory' };
  expect((await runCommand('indexes', { env })).printed).toContain('is not set');
  expect(connections).toBe(0);
}, 60_000);
