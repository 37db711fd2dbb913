import 'reflect-metadata';
import { dirname } from 'node:path';
import { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createApp } from './bootstrap';
import { Configuration } from './config/configuration';
import { readConfiguration } from './config/read-configuration';
import { describeFailure } from './database/describe-failure';
import { listenRefusal } from './common/http/listen-refusal';
import { DemoRevocation } from './workspace-admin/demo/demo-revocation.service';
import { DemoWorkspace } from './workspace-admin/demo/demo-workspace.service';
import { describeDemo } from './workspace-admin/demo/demo-description';

const STOP_SIGNALS = ['SIGTERM', 'SIGINT'];

/** The service may have been started from another directory. */
const PROJECT = dirname(__dirname);

const OWN_WORKSPACE = `
It serves the workspace in the data directory, which is not the demo, so there are no demo credentials.
`;

async function main(): Promise<void> {
  const configuration = readConfiguration();
  STOP_SIGNALS.forEach((signal) => process.on(signal, exitAtOnce));
  const app = await createApp(configuration);
  STOP_SIGNALS.forEach((signal) => process.off(signal, exitAtOnce));
  app.enableShutdownHooks(STOP_SIGNALS, { useProcessExit: true });

  await app.get(DemoRevocation).refuseInProduction();
  const demo = configuration.database.uri ? undefined : await app.get(DemoWorkspace).open();
  await listen(app, configuration);
  const url = reachableUrl(configuration, await app.getUrl());
  console.log(`Workspace Sessions is listening on ${url} (Swagger UI: ${url}/api-docs)`);
  if (demo) console.log(describeDemo(demo, url, PROJECT));
  else if (!configuration.database.uri) console.log(OWN_WORKSPACE);
}

async function listen(
  app: NestFastifyApplication,
  { http: { port, host } }: Configuration,
): Promise<void> {
  try {
    await app.listen(port, host);
  } catch (error) {
    throw listenRefusal(error, port, host) ?? error;
  }
}

/** Nothing is to be finished while startup waits for the database. */
function exitAtOnce(): void {
  process.exit(0);
}

/** A service that listens on all addresses is shown with the loopback address. */
function reachableUrl({ http: { host } }: Configuration, url: string): string {
  return host === '0.0.0.0' || host === '::' ? url.replace(/\/\/[^/]*:/, '//127.0.0.1:') : url;
}

main().catch((error: unknown) => {
  console.error(describeFailure(error));
  process.exit(1);
});
