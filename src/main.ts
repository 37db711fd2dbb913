import 'reflect-metadata';
// Before everything that it must hook into.
import './tracing/tracing';
import { Logger } from '@nestjs/common';
import { runPrimary } from './cluster/primary';
import { isWorker, runWorker } from './cluster/worker';
import { SystemClock } from './common/clock/clock';
import { ServiceLogger } from './common/logging/service.logger';
import { Configuration } from './config/configuration';
import { warnOfConfiguration } from './config/configuration-warnings';
import { readConfiguration } from './config/read-configuration';
import { describeFailure } from './database/describe-failure';
import { serveManagementOf } from './management/cluster-management';
import { ManagementServer } from './management/management-server';

async function main(): Promise<void> {
  if (isWorker()) return runWorker(async () => (await loadServe())(readConfiguration()));
  // Workers read `.env` themselves, so that a change reaches those that are started later.
  const env = { ...process.env };
  const configuration = readConfiguration(env);
  if (configuration.cluster.workers > 1) return serveWithMany(configuration);
  Object.assign(process.env, env);
  return serveAlone(configuration);
}

async function serveAlone(configuration: Configuration): Promise<void> {
  // Before the start, which may take long.
  if (configuration.environment.isProduction) process.on('SIGHUP', refuseReplacement);
  const serve = await loadServe();
  const { url, managementUrl, notice } = await serve(configuration);
  announce(configuration, url, managementUrl);
  if (notice) console.log(notice);
}

async function serveWithMany(configuration: Configuration): Promise<void> {
  Logger.overrideLogger(ServiceLogger.toStdout(configuration.logging));
  warnOfConfiguration(configuration);
  const readAgain = (): Configuration => readConfiguration({ ...process.env });
  let management: ManagementServer | undefined;
  await runPrimary(configuration, readAgain, new SystemClock(), {
    // First, so that a port in use is noticed before anything serves. It is not ready until workers listen.
    prepare: async (pool) => {
      management = await serveManagementOf(pool, configuration.management);
    },
    listening: (url) => {
      announce(configuration, url, management?.url);
    },
  });
}

/** Not loaded by the primary, which needs neither routes nor database. */
async function loadServe(): Promise<typeof import('./serve').serve> {
  return (await import('./serve.js')).serve;
}

/** Lines for programs, or for people. */
function announce({ http, logging }: Configuration, url: string, management?: string): void {
  const docs = http.apiDocs ? ` (Swagger UI: ${url}/api-docs)` : '';
  const lines = [`Workspace Sessions is listening on ${url}${docs}`];
  if (management !== undefined) lines.push(`Health and metrics: ${management}`);
  const logger = new Logger('Service');
  for (const line of lines) {
    if (logging.format === 'json') logger.log(line);
    else console.log(line);
  }
}

/** By default, the signal would end the only process, and systemd would take that for intended. */
function refuseReplacement(): void {
  new Logger('Cluster').warn('SIGHUP replaces processes one by one: it needs CLUSTER_WORKERS > 1.');
}

main().catch((error: unknown) => {
  console.error(describeFailure(error));
  process.exit(1);
});
