import { AddressInfo, createServer, Server } from 'node:net';
import { runCommand } from '../../support/command-process';
import type * as DatabaseSupport from '../../support/database';
import { ServiceProcess } from '../../support/service-process';

/** Whoever runs the tests may have exported the address of a workspace for the service. */
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

/** What the tests take their databases from, as it is when they begin in this environment. */
const loadSupport = (): typeof DatabaseSupport => {
  jest.resetModules();
  jest.doMock('../../support/teardown', () => ({ afterTests: () => undefined }));
  return jest.requireActual<typeof DatabaseSupport>('../../support/database');
};

it('no test makes or drops a database on the server that MONGODB_URI names', async () => {
  const { openTestDatabase, REAL_MONGODB_URI } = loadSupport();
  expect(REAL_MONGODB_URI).toBeUndefined();
  const database = await openTestDatabase();
  await database.db.collection('things').insertOne({});
  await database.close();
  expect(connections).toBe(0);
});

it('the server for tests is named by TEST_MONGODB_URI', () => {
  process.env.TEST_MONGODB_URI = 'mongodb://127.0.0.1:1/';
  expect(loadSupport().REAL_MONGODB_URI).toBe('mongodb://127.0.0.1:1/');
});

it('a service and a command that a test starts know nothing of it', async () => {
  const service = ServiceProcess.spawn({ NODE_ENV: 'production' });
  expect(await service.untilExit()).toBe(1);
  expect(service.printed).toContain('MONGODB_URI must be set');
  const env = { EMBEDDED_DATA_DIR: 'memory' };
  expect((await runCommand('workspace-indexes', { env })).printed).toContain('is not set');
  expect(connections).toBe(0);
}, 60_000);
