import 'reflect-metadata';
import { dirname } from 'node:path';
import { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createApp } from './bootstrap';
import { isWorker, Serving } from './cluster/worker';
import { listenRefusal } from './common/http/listen-refusal';
import { Configuration } from './config/configuration';
import { ReadinessService } from './health/readiness.service';
import { READINESS_QUESTION } from './management/cluster-management';
import { serveManagement } from './management/serve-management';
import { METRICS_QUESTION, metricsForPrimary } from './metrics/cluster.metrics';
import { ServiceMetrics } from './metrics/service.metrics';
import { stopOnSignals } from './stop-on-signals';
import { tracing } from './tracing/tracing';
import { DemoRevocation } from './workspace-admin/demo/demo-revocation.service';
import { DemoWorkspace } from './workspace-admin/demo/demo-workspace.service';
import { describeDemo } from './workspace-admin/demo/demo-description';

const STOP_SIGNALS = ['SIGTERM', 'SIGINT'];

/** The service may have been started from another directory. */
const PROJECT = dirname(__dirname);

const OWN_WORKSPACE = `
It serves the workspace in the data directory, which is not the demo, so there are no demo credentials.
`;

/** The service in this process. `notice` tells what is to be known of its workspace, if it is the embedded one. */
export interface Service extends Serving {
  managementUrl: string | undefined;
  notice: string | undefined;
}

/** Serves in this process until a signal to stop. @throws OperatorError when it cannot start */
export async function serve(configuration: Configuration): Promise<Service> {
  STOP_SIGNALS.forEach((signal) => process.on(signal, exitAtOnce));
  const app = await createApp(configuration, tracing);
  // The primary serves it for its workers.
  const management = isWorker() ? undefined : await serveManagement(app, configuration.management);
  STOP_SIGNALS.forEach((signal) => process.off(signal, exitAtOnce));
  stopOnSignals(app, {
    drainSeconds: configuration.management.drainSeconds,
    closeLast: () => management?.close() ?? Promise.resolve(),
  });

  await app.get(DemoRevocation).refuseInProduction();
  const isEmbedded = !configuration.database.uri;
  const demo = isEmbedded ? await app.get(DemoWorkspace).open() : undefined;
  await listen(app, configuration);
  const url = reachableUrl(configuration, await app.getUrl());
  const metrics = app.get(ServiceMetrics, { strict: false });
  const notice = isEmbedded ? OWN_WORKSPACE : undefined;
  return {
    url,
    managementUrl: management?.url,
    close: () => app.close(),
    answers: {
      [READINESS_QUESTION]: () => app.get(ReadinessService, { strict: false }).checkForOperator(),
      [METRICS_QUESTION]: () => metricsForPrimary(metrics.registry),
    },
    notice: demo ? describeDemo(demo, url, PROJECT) : notice,
  };
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
