import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { NestFastifyApplication } from '@nestjs/platform-fastify';
import { refuseUndeclaredRoutes } from './access/undeclared-routes';
import { RequestAuditor } from './access/request.auditor';
import { AppModule } from './app.module';
import { identifyClients } from './common/http/client';
import { createHttpAdapter, prepareHttp } from './common/http/server';
import { ServiceLogger } from './common/logging/service.logger';
import { serveApiDocs } from './common/openapi/swagger';
import { Configuration } from './config/configuration';
import { findConfigurationWarnings } from './config/configuration-warnings';

/** Creates the service with a connected database, ready to listen. */
export async function createApp(configuration: Configuration): Promise<NestFastifyApplication> {
  // Readable lines in development, JSON in production.
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

/** Adds everything that a request passes before its route; tests use it too. */
export async function prepareApp(
  app: NestFastifyApplication,
  configuration: Configuration,
): Promise<void> {
  const instance = app.getHttpAdapter().getInstance();
  identifyClients(instance, configuration.proxy.trustedProxies);
  refuseUndeclaredRoutes(instance);
  // Before everything that refuses, so that it sees each refusal.
  app.get(RequestAuditor, { strict: false }).observe(instance);
  await prepareHttp(app, configuration.http);
  serveApiDocs(app);
}
