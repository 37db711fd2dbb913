import { randomInt } from 'node:crypto';
import { hashLoginToken } from '../../../src/auth/login-token';
import { dataOf, AuditEvent } from '../../support/audit-scene';
import { openTestDatabase, TestDatabase } from '../../support/database';
import { rounds } from '../../support/rounds';
import { ServiceProcess } from '../../support/service-process';
import { TestClock } from '../../support/test-clock';
import { TestUser, TestWorkspace } from '../../support/workspace';

/** How often; `npm run test:nightly` does it 100 times. */
const KILLS = Number(process.env.AUDIT_KILLS ?? rounds(3, 2));
const AT_ONCE = 12;

interface Ending {
  _id: string;
  sessionId: string;
  pending?: object;
}

describe('a service that is killed while it ends sessions', () => {
  let database: TestDatabase;
  let workspace: TestWorkspace;
  let admin: TestUser;

  beforeAll(async () => {
    database = await openTestDatabase();
    workspace = await new TestWorkspace(database.db, () => new TestClock().now()).prepare();
    admin = await workspace.createUser({ personalAccessToken: { bypassTwoFactor: true } });
  });

  const start = (): Promise<ServiceProcess> => ServiceProcess.start({ MONGODB_URI: database.uri });

  const createSession = async (): Promise<[sessionId: string, owner: TestUser]> => {
    const owner = await workspace.createUser({ roles: ['user'], totp: false });
    const loginToken = hashLoginToken(owner.token);
    const session = await workspace.createSession({ userId: owner.id, loginToken });
    return [String(session.sessionId), owner];
  };

  /** @returns whether the revocation was answered as done */
  const revoke = async ({ url }: ServiceProcess, sessionId: string): Promise<boolean> => {
    try {
      const answer = await fetch(`${url}/api/v1/sessions/logout`, {
        method: 'POST',
        headers: { ...admin.headers, 'content-type': 'application/json', connection: 'close' },
        body: JSON.stringify({ sessionId }),
      });
      return answer.ok;
    } catch {
      return false;
    }
  };

  it(
    `leaves one ending, one record and no token for each that was answered, after ${KILLS} kills`,
    async () => {
      const sessions = new Map<string, TestUser>();
      const answered = new Set<string>();
      for (let kill = 0; kill < KILLS; kill++) {
        const service = await start();
        const round = await Promise.all(Array.from({ length: AT_ONCE }, createSession));
        for (const [sessionId, owner] of round) sessions.set(sessionId, owner);
        let left = randomInt(AT_ONCE);
        const killed = new Promise<void>((resolve, reject) => {
          const killWhenDue = (): void => {
            if (left-- === 0) service.kill().then(resolve, reject);
          };
          killWhenDue();
          for (const [sessionId] of round) {
            void revoke(service, sessionId).then((isDone) => {
              if (isDone) answered.add(sessionId);
              killWhenDue();
            });
          }
        });
        await killed;
      }
      // What was interrupted is completed when a service starts.
      const service = await start();
      expect(await service.stop()).toBe(0);

      const endings = await database.db.collection<Ending>('ws_session_endings').find().toArray();
      const records = await database.db.collection<AuditEvent>('ws_audit').find().toArray();
      const ended = records.filter(({ _id }) => _id.startsWith('ending-'));
      const countOf = (ids: unknown[], id: string): number =>
        ids.filter((one) => one === id).length;
      const endingIds = endings.map(({ sessionId }) => sessionId);
      const recordIds = ended.map((one) => dataOf(one).sessionId);
      expect(endings.filter(({ pending }) => pending)).toEqual([]);
      for (const [sessionId, owner] of sessions) {
        const isEnded = endingIds.includes(sessionId);
        const expected = isEnded ? 1 : 0;
        expect([sessionId, countOf(endingIds, sessionId)]).toEqual([sessionId, expected]);
        expect([sessionId, countOf(recordIds, sessionId)]).toEqual([sessionId, expected]);
        if (answered.has(sessionId)) expect([sessionId, isEnded]).toEqual([sessionId, true]);
        const hashedToken = hashLoginToken(owner.token);
        const holders = { 'services.resume.loginTokens.hashedToken': hashedToken };
        const holding = await database.db.collection('users').countDocuments(holders);
        expect([sessionId, holding]).toEqual([sessionId, isEnded ? 0 : 1]);
      }
    },
    60_000 + KILLS * 10_000,
  );
});
