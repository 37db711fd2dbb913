import { INestApplication } from '@nestjs/common';
import { ManagementConfig } from '../config/management.config';
import { ReadinessService } from '../health/readiness.service';
import { ServiceMetrics } from '../metrics/service.metrics';
import { ManagementServer, startManagementServer } from './management-server';

/** Serves health and metrics of this process. Undefined without a MANAGEMENT_PORT. */
export async function serveManagement(
  app: INestApplication,
  { port, host }: ManagementConfig,
): Promise<ManagementServer | undefined> {
  if (port === undefined) return undefined;
  const metrics = app.get(ServiceMetrics, { strict: false });
  const readiness = app.get(ReadinessService, { strict: false });
  const sources = { metrics: () => metrics.text(), ready: () => readiness.checkForOperator() };
  return startManagementServer(sources, port, host);
}
