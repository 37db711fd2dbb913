import { getConnectionToken } from '@nestjs/mongoose';
import { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { Connection, mongo } from 'mongoose';
import { AppModule } from '../../src/app.module';
import { BcryptQueue } from '../../src/auth/bcrypt.queue';
import { prepareApp } from '../../src/bootstrap';
import { BackgroundTasks } from '../../src/common/background/background-tasks.service';
import { Clock } from '../../src/common/clock/clock';
import { createHttpAdapter } from '../../src/common/http/server';
import { describeApi } from '../../src/common/openapi/swagger';
import { loadConfiguration } from '../../src/config/configuration';
import { DriverOptions } from '../../src/database/driver-options';
import { recordPrinted } from './canaries';
import { checkAnswersOf } from './document-check';
import { openTestDatabase } from './database';
import { call, HttpAnswer, HttpCall } from './http';
import { LogBook } from './log-book';
import { QuickBcryptQueue } from './quick-bcrypt.queue';
import { afterTests } from './teardown';
import { TestClock } from './test-clock';
import { TestUser, TestWorkspace } from './workspace';

const INFO_ADMIN = '/api/v1/sessions/info.admin';
const LOGIN = '/api/v1/login';

/** The whole service on a fresh database, with a test clock and few bcrypt rounds. */
export class TestApp {
  private closed = false;

  private constructor(
    readonly app: NestFastifyApplication,
    readonly url: string,
    readonly clock: TestClock,
    readonly workspace: TestWorkspace,
    /** What the service has logged since it was created. */
    readonly log: LogBook,
    /** The address of the database, for another process. */
    readonly databaseUri: string,
    private readonly closeDatabase: () => Promise<void>,
  ) {}

  /** @param env what the test configures beside the database */
  static async start(env: Record<string, string> = {}): Promise<TestApp> {
    const database = await openTestDatabase();
    const clock = new TestClock();
    const workspace = await new TestWorkspace(database.db, () => clock.now()).prepare();
    return TestApp.serve(env, clock, workspace, database);
  }

  /** A second instance of the service on the same database, with its own configuration and clock. */
  another(env: Record<string, string> = {}): Promise<TestApp> {
    const clock = new TestClock();
    clock.set(this.clock.now());
    const database = { uri: this.databaseUri, close: () => Promise.resolve() };
    return TestApp.serve(env, clock, this.workspace, database);
  }

  private static async serve(
    env: Record<string, string>,
    clock: TestClock,
    workspace: TestWorkspace,
    { uri, close }: { uri: string; close: () => Promise<void> },
  ): Promise<TestApp> {
    const configuration = loadConfiguration({
      NODE_ENV: 'test',
      MONGODB_URI: uri,
      // Long enough for a busy machine; tests of slow databases set their own timeouts.
      REQUEST_TIMEOUT_MS: '20000',
      DATABASE_TIMEOUT_MS: '20000',
      ...env,
    });
    const log = new LogBook();
    const module = await Test.createTestingModule({ imports: [AppModule.forRoot(configuration)] })
      .overrideProvider(Clock)
      .useValue(clock)
      .overrideProvider(DriverOptions)
      .useValue({ monitorCommands: true } satisfies DriverOptions)
      .overrideProvider(BcryptQueue)
      .useClass(QuickBcryptQueue)
      .compile();
    const app = module.createNestApplication<NestFastifyApplication>(createHttpAdapter(), {
      logger: log,
    });
    await prepareApp(app, configuration);
    await app.listen(0, '127.0.0.1');
    const url = await app.getUrl();
    checkAnswersOf(url, describeApi(app));
    const started = new TestApp(app, url, clock, workspace, log, uri, close);
    afterTests(() => started.close());
    return started;
  }

  /** Closes the service early; it closes by itself after the tests of the file. */
  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    await this.app.close();
    await this.closeDatabase();
    this.log.lines.forEach(recordPrinted);
  }

  call(path: string, options?: HttpCall): Promise<HttpAnswer> {
    return call(this.url + path, options);
  }

  /** `info.admin` with the headers as given. */
  infoAdmin(
    sessionId: string,
    headers: Record<string, string | string[]> = {},
  ): Promise<HttpAnswer> {
    return this.call(`${INFO_ADMIN}?sessionId=${encodeURIComponent(sessionId)}`, { headers });
  }

  /** `info.admin` by a user who submits their current code. */
  infoAdminAs(
    user: TestUser,
    sessionId: string,
    headers: Record<string, string> = {},
  ): Promise<HttpAnswer> {
    const code = user.codeAt(this.clock.now());
    return this.infoAdmin(sessionId, { ...user.headers, 'x-2fa-code': code, ...headers });
  }

  /** `login` with this body as JSON; a string is sent unchanged. */
  login(body: unknown, headers: Record<string, string | string[]> = {}): Promise<HttpAnswer> {
    return this.call(LOGIN, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  }

  /** Resolves when the service has finished its background work on sessions. */
  async settled(): Promise<void> {
    await this.app.get(BackgroundTasks, { strict: false }).idle();
  }

  /** Runs `action` with the number of bcrypt rounds that the service asks for. */
  async withFullBcrypt<T>(action: () => Promise<T>): Promise<T> {
    const bcrypt = this.app.get<QuickBcryptQueue>(BcryptQueue, { strict: false });
    bcrypt.isFull = true;
    return action().finally(() => (bcrypt.isFull = false));
  }

  /** Every command that the service sends to the database while `action` runs. */
  async commandsDuring(action: () => Promise<unknown>): Promise<mongo.CommandStartedEvent[]> {
    const client = this.app.get<Connection>(getConnectionToken()).getClient();
    const commands: mongo.CommandStartedEvent[] = [];
    const record = (event: mongo.CommandStartedEvent): number => commands.push(event);
    client.on('commandStarted', record);
    try {
      await action();
    } finally {
      client.off('commandStarted', record);
    }
    return commands;
  }
}
