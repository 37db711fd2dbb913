import { Controller, Get } from '@nestjs/common';
import { Access } from '../../access/access.decorator';
import type { Client } from '../../common/http/client';
import { CurrentClient } from '../../common/http/current-client.decorator';
import { succeed, Succeeded } from '../../common/http/success';
import { Parameters } from '../../common/validation/parameters.guard';
import { UserNameParameters } from '../../workspace-data/users/user-name.parameters';
import { ApiWaysIn } from '../ways-in.openapi';
import { ApiUserSessions } from './user-sessions.openapi';
import { UserSessionsService } from './user-sessions.service';
import type { UserSessionsView } from './user-sessions.shapes';

@Controller('api/v1')
@ApiWaysIn()
export class UserSessionsController {
  constructor(private readonly userSessions: UserSessionsService) {}

  @Get('users.sessions')
  @Access({
    permission: 'view-device-management',
    stepUp: 'always',
    parameters: UserNameParameters,
    audit: { event: 'session.listed', about: ['userId', 'username'] },
  })
  @ApiUserSessions()
  async sessions(
    @Parameters() { name }: UserNameParameters,
    @CurrentClient() client: Client,
  ): Promise<Succeeded<UserSessionsView>> {
    return succeed(await this.userSessions.find(name, client));
  }
}
