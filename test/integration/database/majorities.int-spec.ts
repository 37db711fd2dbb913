import { mongo } from 'mongoose';
import { TestApp } from '../../support/app';

/** Options of an address that would let a code count twice or a revoked session go on. */
const WEAK = [
  'w=0',
  'w=1&journal=false',
  'w=0&wtimeoutMS=1',
  'readPreference=secondary',
  'readPreference=nearest&readPreferenceTags=dc:a',
  'readConcernLevel=available',
  '%77=0&READCONCERNLEVEL=local&retryWrites=false',
];
const WRITES = ['insert', 'update', 'delete', 'findAndModify'];
const READS = ['find', 'aggregate', 'count', 'distinct'];

let first: TestApp;
beforeAll(async () => {
  first = await TestApp.start({ TWO_FACTOR_CODE_REUSE: 'never' });
}, 60_000);
afterAll(() => first.close());

const named = (
  commands: mongo.CommandStartedEvent[],
  names: string[],
): mongo.CommandStartedEvent[] => commands.filter(({ commandName }) => names.includes(commandName));

describe.each(WEAK)('service whose MONGODB_URI has ?%s', (options) => {
  let service: TestApp;
  beforeAll(async () => {
    const separator = first.databaseUri.includes('?') ? '&' : '?';
    service = await first.another({
      MONGODB_URI: `${first.databaseUri}${separator}${options}`,
      TWO_FACTOR_CODE_REUSE: 'never',
    });
  }, 60_000);
  afterAll(() => service.close());

  it('lets one of ten parallel submissions of a code pass', async () => {
    const { sessionId } = await first.workspace.createSession();
    const user = await first.workspace.createUser({ roles: ['admin'], totp: true });
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => service.infoAdminAs(user, String(sessionId))),
    );
    const passed = answers.filter(({ status }) => status === 200);
    expect(passed).toHaveLength(1);
  });

  it('writes with majority concern and reads majority data from the primary', async () => {
    const { sessionId } = await first.workspace.createSession();
    const user = await first.workspace.createUser({ roles: ['admin'], totp: true });
    const commands = await service.commandsDuring(async () => {
      await service.infoAdminAs(user, String(sessionId));
      await service.login({ user: 'unknown', password: 'x' });
      const { headers } = user;
      await service.call('/api/v1/sessions/list', { headers });
      await service.call('/api/v1/logout', { method: 'POST', headers });
    });
    const [writes, reads] = [named(commands, WRITES), named(commands, READS)];
    expect(writes.length).toBeGreaterThan(2);
    expect(reads.length).toBeGreaterThan(2);
    for (const { command } of writes) {
      expect(command.writeConcern).toEqual({ w: 'majority' });
    }
    for (const { command } of [...reads, ...writes]) {
      const { $readPreference: preference = { mode: 'primary' } } = command;
      // The driver sends primaryPreferred to a server named directly, after checking that it is the primary.
      expect(['primary', 'primaryPreferred']).toContain((preference as mongo.Document).mode);
    }
    for (const { command } of reads) {
      expect(command.readConcern).toEqual({ level: 'majority' });
    }
  });
});
