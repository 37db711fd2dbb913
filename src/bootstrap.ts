import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { NestFastifyApplication } from '@nestjs/platform-fastify';
import { RequestAuditor } from './access/request.auditor';
import { AppModule } from './app.module';
import { identifyClients } from './common/http/client';
import { createHttpAdapter, prepareHttp } from './common/http/server';
import { ServiceLogger } from './common/logging/service.logger';
import { serveApiDocs } from './common/openapi/swagger';
import { Configuration } from './config/configuration';
import { findConfigurationWarnings } from './config/configuration-warnings';

/** The service, ready to listen. Its database is connected, or this fails. */
export async function createApp(configuration: Configuration): Promise<NestFastifyApplication> {
  // Lines for people while developing, JSON for machines in production.
  const logger = new ServiceLogger({ json: configuration.environment.isProduction });
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.forRoot(configuration),
    createHttpAdapter(),
    { logger, abortOnError: false },
  );
  for (const warning of findConfigurationWarnings(configuration)) {
    new Logger('Configuration').warn(`${warning}.`);
  }
  await prepareApp(app, configuration);
  await app.init();
  return app;
}

/** What stands between the creation of an application and its first request; the tests use it as well. */
export async function prepareApp(
  app: NestFastifyApplication,
  configuration: Configuration,
): Promise<void> {
  const instance = app.getHttpAdapter().getInstance();
  identifyClients(instance, configuration.proxy.trustedProxies);
  // Before whatever refuses, so that it sees each refusal.
  app.get(RequestAuditor, { strict: false }).observe(instance);
  await prepareHttp(app, configuration.http);
  serveApiDocs(app);
}
