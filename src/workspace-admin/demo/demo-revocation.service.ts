import { Injectable, Logger } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { Connection, mongo } from 'mongoose';
import { Clock } from '../../common/clock/clock';
import { OperatorError } from '../../common/errors/operator-error';
import { DatabaseConfig } from '../../config/database.config';
import { EnvironmentConfig } from '../../config/environment.config';
import { DemoSessionsRepository } from '../../workspace-data/sessions/demo-sessions.repository';
import {
  CredentialQuery,
  CredentialsRepository,
} from '../../workspace-data/users/credentials.repository';
import { ADMINISTRATOR, DEMO_PEOPLE } from './demo-people';

const DEMO_IDS = DEMO_PEOPLE.map(({ id }) => id);
/** When seeding issued the tokens that were never printed. */
const SEEDED = DEMO_PEOPLE.filter((person) => person !== ADMINISTRATOR).map(
  ({ session }) => session.loginAt,
);

/** Demo users with printed credentials, by the ids in the code: a mark could be missing from a copy. */
const DEMO_CREDENTIALS: CredentialQuery = { ids: DEMO_IDS, unseenTokens: SEEDED };

/** Keeps printed demo credentials from opening a production workspace. */
@Injectable()
export class DemoRevocation {
  constructor(
    @InjectConnection() private readonly connection: Connection,
    private readonly users: CredentialsRepository,
    private readonly sessions: DemoSessionsRepository,
    private readonly clock: Clock,
    private readonly database: DatabaseConfig,
    private readonly environment: EnvironmentConfig,
  ) {}

  /** Call before the service accepts requests. Throws an `OperatorError` in production; elsewhere only warns. */
  async refuseInProduction(): Promise<void> {
    if (this.database.uri === undefined) return;
    const people = await this.findUsersWithCredentials();
    if (people.length === 0) return;
    const found = `The database "${this.connection.name}" holds credentials of a demo workspace that were printed`;
    const remedy = 'npm run workspace -- revoke-demo --apply removes them';
    if (this.environment.isProduction) throw new OperatorError(`${found}: ${remedy}.`);
    new Logger('Demo').warn(`${found}. Production refuses to run on it; ${remedy}.`);
  }

  async findUsersWithCredentials(): Promise<string[]> {
    return this.users.findHolders(DEMO_CREDENTIALS);
  }

  /** Removes their tokens, passwords and second factors, and stamps their sessions. */
  async revoke(): Promise<void> {
    await this.users.removeFrom(DEMO_CREDENTIALS);
    await this.endSessions();
  }

  /** Stamps the sessions of the demo users without credentials, and returns the ids of these users. */
  async endSessions(): Promise<string[]> {
    const ids = await this.users.findWithout(DEMO_IDS);
    for (const id of ids) await this.sessions.stampAllOf(id, this.clock.now());
    return ids;
  }
}

/** A document of `users` to import: a demo user loses every credential that may be known. Unprinted tokens stay. */
export function withoutDemoCredentials(document: mongo.Document): mongo.Document {
  const id: unknown = document instanceof Map ? document.get('_id') : document._id;
  if (!DEMO_IDS.some((demoId) => demoId === id)) return document;
  if (document instanceof Map) {
    return new Map([...document].filter(([name]) => name !== 'services'));
  }
  const { services, ...rest } = document;
  return isAsSeeded(services) ? document : rest;
}

/** Whether the only credential is the token that seeding issued. */
function isAsSeeded(services: unknown): boolean {
  const { resume, ...others } = fieldsOf(services);
  const { loginTokens, ...more } = fieldsOf(resume);
  if (Object.keys(others).length > 0 || Object.keys(more).length > 0) return false;
  if (!Array.isArray(loginTokens) || loginTokens.length !== 1) return false;
  const { when } = fieldsOf(loginTokens[0]);
  return when instanceof Date && SEEDED.some((date) => date.getTime() === when.getTime());
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
