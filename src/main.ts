import 'reflect-metadata';
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { createApp } from './bootstrap';
import { Refusal } from './common/errors/refusal';
import { Configuration, ConfigurationError, loadConfiguration } from './config/configuration';
import { DemoWorkspace } from './workspace/demo-workspace';
import { describeDemo } from './workspace/demo-description';

const STOP_SIGNALS = ['SIGTERM', 'SIGINT'];

/** Where `npm run` finds this project's commands; the service may have been started from anywhere. */
const PROJECT = dirname(__dirname);

const OWN_WORKSPACE = `
It serves the workspace found in the data directory. That is not the demo, so there are no demo credentials.
`;

async function main(): Promise<void> {
  if (existsSync('.env')) process.loadEnvFile('.env');
  const configuration = loadConfiguration(process.env);
  STOP_SIGNALS.forEach((signal) => process.on(signal, exitAtOnce));
  const app = await createApp(configuration);
  STOP_SIGNALS.forEach((signal) => process.off(signal, exitAtOnce));
  app.enableShutdownHooks(STOP_SIGNALS, { useProcessExit: true });

  const demo = configuration.MONGODB_URI ? undefined : await app.get(DemoWorkspace).open();
  await app.listen(configuration.PORT, configuration.HOST);
  const url = reachableUrl(configuration, await app.getUrl());
  console.log(`Workspace Sessions is listening on ${url} (Swagger UI: ${url}/api-docs)`);
  if (demo) console.log(describeDemo(demo, url, PROJECT));
  else if (!configuration.MONGODB_URI) console.log(OWN_WORKSPACE);
}

/** While the service still waits for its database there is nothing to finish. */
function exitAtOnce(): void {
  process.exit(0);
}

/** A listener on every address is reached on this machine's own. */
function reachableUrl({ HOST }: Configuration, url: string): string {
  return HOST === '0.0.0.0' || HOST === '::' ? url.replace(/\/\/[^/]*:/, '//127.0.0.1:') : url;
}

main().catch((error: unknown) => {
  const expected = error instanceof ConfigurationError || error instanceof Refusal;
  console.error(error instanceof Error ? (expected ? error.message : error.stack) : error);
  process.exit(1);
});
