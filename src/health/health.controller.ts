import { Controller, Get } from '@nestjs/common';
import { Access } from '../access/access.decorator';
import { ApiHealth, ApiLive, ApiReady } from './health.openapi';
import type { Alive } from './health.shapes';
import { Readiness } from './readiness';
import { ReadinessService } from './readiness.service';

/** For probes: no login, no limit, no record, and no work that a flood could multiply (docs/adr/0027). */
@ApiHealth()
@Controller('health')
export class HealthController {
  constructor(private readonly readiness: ReadinessService) {}

  @Get('live')
  @Access({ public: true, rateLimit: 'none' })
  @ApiLive()
  live(): Alive {
    return { status: 'ok' };
  }

  @Get('ready')
  @Access({ public: true, rateLimit: 'none' })
  @ApiReady()
  ready(): Promise<Readiness> {
    return this.readiness.require();
  }
}
