import { Injectable, Logger } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { Connection, mongo } from 'mongoose';
import { Clock } from '../../common/clock/clock';
import { OperatorError } from '../../common/errors/operator-error';
import { DatabaseConfig } from '../../config/database.config';
import { EnvironmentConfig } from '../../config/environment.config';
import { SessionsRepository } from '../../workspace-data/sessions/sessions.repository';
import {
  CredentialQuery,
  CredentialsRepository,
} from '../../workspace-data/users/credentials.repository';
import { ADMINISTRATOR, DEMO_PEOPLE } from './demo-people';

const DEMO_IDS = DEMO_PEOPLE.map(({ id }) => id);
/** When the tokens were issued that seeding makes for people whose credentials nobody has ever seen. */
const SEEDED = DEMO_PEOPLE.filter((person) => person !== ADMINISTRATOR).map(
  ({ session }) => session.loginAt,
);

/**
 * The demo's people who have anything that somebody may know. By their ids, which are in the code: a mark would be
 * missing where only some collections were copied.
 */
const DEMO_CREDENTIALS: CredentialQuery = { ids: DEMO_IDS, unseenTokens: SEEDED };

/** Keeps what the demo has printed from opening a workspace that is in earnest. */
@Injectable()
export class DemoRevocation {
  constructor(
    @InjectConnection() private readonly connection: Connection,
    private readonly users: CredentialsRepository,
    private readonly sessions: SessionsRepository,
    private readonly clock: Clock,
    private readonly database: DatabaseConfig,
    private readonly environment: EnvironmentConfig,
  ) {}

  /**
   * Looks whether credentials of the demo have come with its data; to be called before anybody is served. Elsewhere than
   * in production it only says so.
   * @throws Refusal in production
   */
  async refuseInProduction(): Promise<void> {
    if (this.database.uri === undefined) return;
    const people = await this.findPeople();
    if (people.length === 0) return;
    const found = `The database "${this.connection.name}" holds credentials of a demo workspace, which were printed`;
    const remedy = 'npm run workspace -- revoke-demo --apply takes them away';
    if (this.environment.isProduction) throw new OperatorError(`${found}: ${remedy}.`);
    new Logger('Demo').warn(`${found}. Production refuses to run on it; ${remedy}.`);
  }

  /** The ids of the demo's people who have credentials that somebody may know. */
  async findPeople(): Promise<string[]> {
    return this.users.findHolders(DEMO_CREDENTIALS);
  }

  /** Takes tokens, passwords and second factors away from them, and marks their sessions as ended. */
  async revoke(): Promise<void> {
    await this.users.removeFrom(DEMO_CREDENTIALS);
    await this.endSessions();
  }

  /**
   * Marks the sessions of the demo's people who have no credentials as ended.
   * @returns the ids of these people
   */
  async endSessions(): Promise<string[]> {
    const ids = await this.users.findWithout(DEMO_IDS);
    for (const id of ids) await this.sessions.stampAllOf(id, this.clock.now());
    return ids;
  }
}

/**
 * A document of `users` as it may enter a database: one of the demo's people only without what somebody may know. What
 * seeding made for others than its administrator stays as it is.
 */
export function withoutDemoCredentials(document: mongo.Document): mongo.Document {
  const id: unknown = document instanceof Map ? document.get('_id') : document._id;
  if (!DEMO_IDS.some((demoId) => demoId === id)) return document;
  if (document instanceof Map) {
    return new Map([...document].filter(([name]) => name !== 'services'));
  }
  const { services, ...rest } = document;
  return isAsSeeded(services) ? document : rest;
}

/** Whether it holds one token of the time that seeding gives it, and nothing else. */
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
