import { Controller, Get, StreamableFile } from '@nestjs/common';
import { Access } from '../access/access.decorator';
import { ValidCursor } from '../access/valid-cursor.precondition';
import type { Caller } from '../auth/caller';
import { CurrentCaller } from '../auth/current-caller.decorator';
import { succeed, type Succeeded } from '../common/http/success';
import { Parameters } from '../common/validation/parameters.guard';
import { AuditTrailExporter, CAN_AUDIT } from './audit-trail.exporter';
import { ApiAuditSessions, ApiAuditTrail } from './audit-trail.openapi';
import { AuditTrailReader } from './audit-trail.reader';
import type { AuditPageView } from './audit-trail.shapes';
import { AuditSearchParameters } from './dto/audit-search.parameters';
import { RequestedFormat, type AuditFormat } from './requested-format.decorator';

@Controller('api/v1')
@ApiAuditTrail()
export class AuditTrailController {
  constructor(
    private readonly reader: AuditTrailReader,
    private readonly exporter: AuditTrailExporter,
  ) {}

  @Get('audit.sessions')
  @Access({
    permission: CAN_AUDIT,
    stepUp: 'always',
    parameters: AuditSearchParameters,
    preconditions: [ValidCursor],
    audit: {
      event: 'audit.viewed',
      about: ['start', 'end', 't', 'actor', 'userId', 'sessionId'],
    },
  })
  @ApiAuditSessions()
  async sessions(
    @CurrentCaller() caller: Caller,
    @Parameters() parameters: AuditSearchParameters,
    @RequestedFormat() format: AuditFormat,
  ): Promise<Succeeded<AuditPageView> | StreamableFile> {
    if (format !== 'json') return this.exporter.open(caller, parameters.filter, format);
    return succeed(await this.reader.list(parameters, caller));
  }
}
