import { Controller, Get } from '@nestjs/common';
import { AdminAccess } from '../access/access.decorators';
import { succeed, Succeeded } from '../common/http/success';
import { Parameters } from '../common/validation/parameters.guard';
import { SessionIdParameters } from './dto/session-id.parameters';
import { SessionView } from './session.view';
import { ApiSessionInfoAdmin, ApiSessions } from './sessions.openapi';
import { SessionsService } from './sessions.service';

@Controller('api/v1/sessions')
@ApiSessions()
export class SessionsController {
  constructor(private readonly sessions: SessionsService) {}

  @Get('info.admin')
  @AdminAccess('view-device-management', SessionIdParameters)
  @ApiSessionInfoAdmin()
  infoAdmin(@Parameters() { sessionId }: SessionIdParameters): Promise<Succeeded<SessionView>> {
    return succeed(this.sessions.findLiveSession(sessionId));
  }
}
