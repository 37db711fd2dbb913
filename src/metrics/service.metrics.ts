import { Injectable, Logger, OnApplicationShutdown } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { FastifyInstance } from 'fastify';
import { Connection } from 'mongoose';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { ManagementConfig } from '../config/management.config';
import { observeCommands } from '../database/database-commands';
import { ReadinessService } from '../health/readiness.service';
import { IndexStatus } from '../session-index/index.status';
import { READY_GAUGE } from './cluster.metrics';
import { measureDatabase } from './database.metrics';
import { countEvents } from './event.metrics';
import { countRefusals } from './refusal.metrics';
import { showIndex } from './index.metrics';
import { measureRequests } from './request.metrics';
import { SecondFactorResults } from './second-factor.metrics';

/**
 * What this process counts, if there is a MANAGEMENT_PORT to read it from; else it counts nothing and costs nothing. No
 * label has a value that a client chose (docs/adr/0027).
 */
@Injectable()
export class ServiceMetrics implements OnApplicationShutdown {
  /** For the text of this process, or for a primary process, with those of its other workers. */
  readonly registry = new Registry();
  private readonly stops: (() => void)[] = [];

  constructor(
    private readonly config: ManagementConfig,
    private readonly readiness: ReadinessService,
    private readonly index: IndexStatus,
    @InjectConnection() private readonly connection: Connection,
  ) {}

  /** Must be called before all other hooks are added. */
  observe(instance: FastifyInstance): void {
    if (this.config.port === undefined) return;
    collectDefaultMetrics({ register: this.registry });
    this.showReadiness();
    showIndex(this.registry, this.index);
    const secondFactors = new SecondFactorResults(this.registry);
    measureRequests(this.registry, instance, countRefusals(this.registry, secondFactors));
    this.stops.push(
      secondFactors.listen(),
      countEvents(this.registry),
      measureDatabase(this.registry),
    );
    if (!observeCommands(this.connection)) {
      new Logger('Metrics').warn(
        'The database driver is not as expected: its commands are not counted.',
      );
    }
  }

  /** In Prometheus' text format. */
  text(): Promise<string> {
    return this.registry.metrics();
  }

  onApplicationShutdown(): void {
    for (const stop of this.stops) stop();
  }

  private showReadiness(): void {
    const { readiness } = this;
    new Gauge({
      ...READY_GAUGE,
      registers: [this.registry],
      async collect() {
        this.set((await readiness.check()).status === 'ok' ? 1 : 0);
      },
    });
  }
}
