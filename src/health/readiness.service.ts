import { Injectable, Logger, ServiceUnavailableException } from '@nestjs/common';
import {
  HealthCheckResult,
  HealthCheckService,
  HealthIndicatorFunction,
  HealthIndicatorService,
} from '@nestjs/terminus';
import { ApiError } from '../common/errors/api-error';
import { IndexStatus } from '../session-index/index.status';
import { DatabasePing } from './database.ping';
import { DrainState } from './drain.state';
import { notReady } from './health.problems';
import { IndexHealth, PartHealth, Readiness } from './readiness';

@Injectable()
export class ReadinessService {
  private readonly logger = new Logger('Health');
  private lastLogged = '';

  constructor(
    private readonly health: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
    private readonly database: DatabasePing,
    private readonly drain: DrainState,
    private readonly index: IndexStatus,
  ) {}

  /** Whether requests should come to this process. Cheap and bounded: DatabasePing. Never fails because a part is down. */
  async check(): Promise<Readiness> {
    const readiness = await this.examine();
    this.logChange(readiness);
    return readiness;
  }

  /** As `check`; when all is well, with what only the operator is told, on MANAGEMENT_PORT (the contract's §7 is public). */
  async checkForOperator(): Promise<Readiness> {
    const { status, details } = await this.check();
    if (status === 'error' || this.index.state === 'off') return { status, details };
    return { status, details: { ...details, sessionIndex: healthOf(this.index) } };
  }

  /** @throws ApiError not-ready */
  async require(): Promise<Readiness> {
    const readiness = await this.check();
    if (readiness.status === 'error') throw new ApiError(notReady(readiness));
    return readiness;
  }

  private async examine(): Promise<Readiness> {
    try {
      return readinessOf(await this.health.check(this.parts()));
    } catch (error) {
      if (!(error instanceof ServiceUnavailableException)) throw error;
      return readinessOf(error.getResponse() as HealthCheckResult);
    }
  }

  private parts(): HealthIndicatorFunction[] {
    const database = this.indicators.check('database');
    const service = this.indicators.check('service');
    return [
      async () => ((await this.database.isUp()) ? database.up() : database.down()),
      // A service that is not draining is not mentioned (contract §7).
      ...(this.drain.isDraining ? [() => service.down('draining')] : []),
    ];
  }

  /** Probes come every few seconds; a line for each would bury the log. */
  private logChange(readiness: Readiness): void {
    const text = JSON.stringify(readiness);
    if (text === this.lastLogged) return;
    if (this.lastLogged !== '' || readiness.status === 'error') {
      if (readiness.status === 'ok') this.logger.log(`Ready: ${text}`);
      else this.logger.warn(`Not ready: ${text}`);
    }
    this.lastLogged = text;
  }
}

function healthOf({ isUsable, state, lagSeconds }: IndexStatus): IndexHealth {
  const lagMs = Number.isFinite(lagSeconds) ? Math.round(lagSeconds * 1000) : null;
  return { status: isUsable ? 'up' : 'degraded', state, lagMs };
}

/** Only what the contract names of what terminus tells. */
function readinessOf({ status, details }: HealthCheckResult): Readiness {
  const parts = Object.entries(details).map(([name, { status: part, message }]) => [
    name,
    {
      status: part === 'up' ? 'up' : 'down',
      ...(typeof message === 'string' && { message }),
    } satisfies PartHealth,
  ]);
  return {
    status: status === 'ok' ? 'ok' : 'error',
    details: Object.fromEntries(parts) as Readiness['details'],
  };
}
