import type { Server } from 'node:http';
import { Abstract, Type } from '@nestjs/common';
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
import { Configuration, loadConfiguration } from '../../src/config/configuration';
import { DriverOptions } from '../../src/database/driver-options';
import { SessionLifecycle } from '../../src/session-lifecycle/session-lifecycle.service';
import { AuditProof } from './audit-proof';
import { recordPrinted } from './canaries';
import { checkAnswersOf } from './document-check';
import { openTestDatabase } from './database';
import { call, HttpAnswer, HttpCall } from './http';
import { LogBook } from './log-book';
import { QuickBcryptQueue } from './quick-bcrypt.queue';
import { INSTANCES, RoundRobin } from './round-robin';
import { afterTests } from './teardown';
import { TestClock } from './test-clock';
import { TestUser, TestWorkspace } from './workspace';

const INFO_ADMIN = '/api/v1/sessions/info.admin';
const LOGIN = '/api/v1/login';
/** For a second instance, whose database closes with the first. */
const NOTHING = (): Promise<void> => Promise.resolve();

/** The whole service on a fresh database, with a test clock and few bcrypt rounds. */
export class TestApp {
  private closed = false;

  private constructor(
    private readonly apps: [NestFastifyApplication, ...NestFastifyApplication[]],
    private readonly front: RoundRobin | undefined,
    readonly url: string,
    readonly clock: TestClock,
    readonly workspace: TestWorkspace,
    /** What the service has logged since it was created. */
    readonly log: LogBook,
    /** The address of the database, for another process. */
    readonly databaseUri: string,
    private readonly proof: AuditProof,
    private readonly closeDatabase: () => Promise<void>,
  ) {}

  /** The instance, or the first of several. */
  get app(): NestFastifyApplication {
    return this.apps[0];
  }

  /** @param env what the test configures beside the database */
  static async start(env: Record<string, string> = {}): Promise<TestApp> {
    const database = await openTestDatabase();
    const clock = new TestClock();
    const workspace = await new TestWorkspace(database.db, () => clock.now()).prepare();
    const proof = new AuditProof();
    const close = async (): Promise<void> => {
      await proof.check(database.db);
      await database.close();
    };
    return TestApp.serve(env, clock, workspace, { uri: database.uri, close, proof }, INSTANCES);
  }

  /** A second instance of the service on the same database, with its own configuration and clock. */
  another(env: Record<string, string> = {}): Promise<TestApp> {
    const clock = new TestClock();
    clock.set(this.clock.now());
    const { databaseUri: uri, proof } = this;
    const database = { uri, close: NOTHING, proof };
    return TestApp.serve(env, clock, this.workspace, database);
  }

  private static async serve(
    env: Record<string, string>,
    clock: TestClock,
    workspace: TestWorkspace,
    { uri, close, proof }: { uri: string; close: () => Promise<void>; proof: AuditProof },
    instances = 1,
  ): Promise<TestApp> {
    const configuration = loadConfiguration({
      NODE_ENV: 'test',
      MONGODB_URI: uri,
      // Long enough for a busy machine; tests of slow databases set their own timeouts.
      REQUEST_TIMEOUT_MS: '20000',
      DATABASE_TIMEOUT_MS: '20000',
      // Counted as in a deployment, but reached only by tests that set them.
      RATE_LIMIT_PER_MINUTE: '1000000',
      RATE_LIMIT_PUBLIC_PER_MINUTE: '1000000',
      // Tests write into the workspace as another program does, and expect to see it at once.
      SESSION_INDEX: 'off',
      ...env,
    });
    const log = new LogBook();
    const app = await TestApp.create(configuration, clock, log, proof);
    const apps: TestApp['apps'] = [app];
    while (apps.length < instances)
      apps.push(await TestApp.create(configuration, clock, log, proof));
    const front =
      apps.length > 1
        ? await RoundRobin.start(apps.map((each) => each.getHttpServer()))
        : undefined;
    const url = front?.url ?? (await app.getUrl());
    checkAnswersOf(url, describeApi(app));
    const started = new TestApp(apps, front, url, clock, workspace, log, uri, proof, close);
    afterTests(() => started.close());
    return started;
  }

  private static async create(
    configuration: Configuration,
    clock: TestClock,
    log: LogBook,
    proof: AuditProof,
  ): Promise<NestFastifyApplication> {
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
    proof.observe(app.getHttpAdapter().getInstance());
    await prepareApp(app, configuration);
    proof.observeAdmitted(app.getHttpAdapter().getInstance());
    await app.listen(0, '127.0.0.1');
    return app;
  }

  /** Closes the service early; it closes by itself after the tests of the file. */
  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    // Whoever looks at the audit trail completes what was interrupted; without a database, nobody can look.
    if (this.closeDatabase !== NOTHING) {
      const lifecycle = this.app.get(SessionLifecycle, { strict: false });
      await lifecycle.completePending().catch(() => undefined);
    }
    await Promise.all(this.apps.map((app) => app.close()));
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

  /** Until the end of the test, one of several instances serves alone, for a reason that is printed. */
  onOneInstance(reason: string): void {
    this.front?.pin(reason);
  }

  /** A part of the service for a test to replace or watch; so that instance serves alone until the end of the test. */
  partOf<T>(token: Type<T> | Abstract<T> | string): T {
    const name = typeof token === 'string' ? token : token.name;
    this.onOneInstance(`it replaces or watches ${name} of one`);
    return this.app.get<T>(token, { strict: false });
  }

  /** The HTTP server of the service, to be watched; so that instance serves alone until the end of the test. */
  get server(): Server {
    this.onOneInstance('it watches the HTTP server of one');
    return this.app.getHttpServer();
  }

  /** Resolves when the service has finished its background work on sessions. */
  async settled(): Promise<void> {
    await Promise.all(this.apps.map((app) => app.get(BackgroundTasks, { strict: false }).idle()));
  }

  /** Runs `action` with the number of bcrypt rounds that the service asks for. */
  async withFullBcrypt<T>(action: () => Promise<T>): Promise<T> {
    const queues = this.apps.map((app) =>
      app.get<QuickBcryptQueue>(BcryptQueue, { strict: false }),
    );
    for (const queue of queues) queue.isFull = true;
    return action().finally(() => {
      for (const queue of queues) queue.isFull = false;
    });
  }

  /** Every command that the service sends to the database while `action` runs. */
  async commandsDuring(action: () => Promise<unknown>): Promise<mongo.CommandStartedEvent[]> {
    const clients = this.apps.map((app) => app.get<Connection>(getConnectionToken()).getClient());
    const commands: mongo.CommandStartedEvent[] = [];
    const record = (event: mongo.CommandStartedEvent): number => commands.push(event);
    for (const client of clients) client.on('commandStarted', record);
    try {
      await action();
    } finally {
      for (const client of clients) client.off('commandStarted', record);
    }
    return commands;
  }
}
