import { Controller, Get } from '@nestjs/common';
import { Access } from '../../access/access.decorator';
import { ValidCursor } from '../../access/valid-cursor.precondition';
import type { Caller } from '../../auth/caller';
import { CurrentCaller } from '../../auth/current-caller.decorator';
import { succeed, Succeeded } from '../../common/http/success';
import { Parameters } from '../../common/validation/parameters.guard';
import { SessionHistoryParameters } from '../dto/session-history.parameters';
import { ApiSessions } from '../sessions.openapi';
import { ApiSessionHistory } from './session-history.openapi';
import { SessionHistoryService } from './session-history.service';
import type { SessionHistoryView } from './session-history.shapes';

@Controller('api/v1/sessions')
@ApiSessions()
export class SessionHistoryController {
  constructor(private readonly history: SessionHistoryService) {}

  @Get('history')
  @Access({
    permission: 'view-device-management',
    stepUp: 'always',
    parameters: SessionHistoryParameters,
    preconditions: [ValidCursor],
    audit: {
      event: 'session.history-viewed',
      about: ['userId', 'endedBy', 'reason', 'endedAfter', 'endedBefore'],
    },
  })
  @ApiSessionHistory()
  async list(
    @CurrentCaller() caller: Caller,
    @Parameters() parameters: SessionHistoryParameters,
  ): Promise<Succeeded<SessionHistoryView>> {
    return succeed(await this.history.list(parameters, caller));
  }
}
