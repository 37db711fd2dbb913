import { NestFactory } from '@nestjs/core';
import { NestFastifyApplication } from '@nestjs/platform-fastify';
import { refuseUndeclaredRoutes } from './access/undeclared-routes';
import { RequestAuditor } from './access/request.auditor';
import { AppModule } from './app.module';
import { isWorker } from './cluster/worker';
import { identifyClients } from './common/http/client';
import { allowOrigins } from './common/http/cross-origin';
import { sendSecurityHeaders } from './common/http/security-headers';
import { createHttpAdapter, prepareHttp } from './common/http/server';
import { logRequests } from './common/logging/request-log';
import { ServiceLogger } from './common/logging/service.logger';
import { serveApiDocs } from './common/openapi/swagger';
import { Configuration } from './config/configuration';
import { warnOfConfiguration } from './config/configuration-warnings';
import { DrainState } from './health/drain.state';
import { ServiceMetrics } from './metrics/service.metrics';
import { FloodGate } from './rate-limit/flood.gate';
import type { Tracing } from './tracing/start-tracing';

/** Creates the service with a connected database, ready to listen. */
export async function createApp(
  configuration: Configuration,
  tracing?: Tracing,
): Promise<NestFastifyApplication> {
  const logger = ServiceLogger.toStdout(configuration.logging, tracing?.surroundings);
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.forRoot(configuration),
    createHttpAdapter(),
    { logger, abortOnError: false },
  );
  // For the workers of a cluster, their primary does.
  if (!isWorker()) warnOfConfiguration(configuration);
  await prepareApp(app, configuration, tracing);
  await app.init();
  return app;
}

/** Adds everything that a request passes before its route; tests use it too. */
export async function prepareApp(
  app: NestFastifyApplication,
  configuration: Configuration,
  tracing?: Tracing,
): Promise<void> {
  const instance = app.getHttpAdapter().getInstance();
  const { http, proxy } = configuration;
  // First, so that it counts what any other hook answers.
  app.get(ServiceMetrics, { strict: false }).observe(instance);
  app.get(DrainState, { strict: false }).observe(instance);
  identifyClients(instance, proxy.trustedProxies);
  logRequests(instance, tracing?.ofRequest);
  refuseUndeclaredRoutes(instance);
  // On every answer, also those of the hooks that refuse.
  sendSecurityHeaders(instance, http.hstsMaxAgeSeconds);
  await allowOrigins(app, http.corsOrigins);
  app.get(FloodGate, { strict: false }).guard(instance);
  // Before everything that refuses, so that it sees each refusal but those of a flood.
  app.get(RequestAuditor, { strict: false }).observe(instance);
  prepareHttp(app, http);
  if (http.apiDocs) {
    serveApiDocs(app, { publicUrl: http.publicUrl, proxies: proxy.trustedProxies });
  }
  if (tracing) instance.addHook('onClose', tracing.stop);
}
