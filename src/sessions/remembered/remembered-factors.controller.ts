import { Controller, Get, HttpCode, HttpStatus, Post } from '@nestjs/common';
import { Access } from '../../access/access.decorator';
import type { Caller } from '../../auth/caller';
import { CurrentCaller } from '../../auth/current-caller.decorator';
import type { Client } from '../../common/http/client';
import { CurrentClient } from '../../common/http/current-client.decorator';
import { succeed, Succeeded } from '../../common/http/success';
import { Parameters } from '../../common/validation/parameters.guard';
import { PageParameters } from '../dto/page.parameters';
import { SessionIdParameters } from '../dto/session-id.parameters';
import { ApiSessions } from '../sessions.openapi';
import type { ForgottenView, RememberedListView } from './remembered-factor.shapes';
import {
  ApiSessionForget,
  ApiSessionForgetMe,
  ApiSessionsRemembered,
} from './remembered-factors.openapi';
import { RememberedFactorsService } from './remembered-factors.service';

@Controller('api/v1/sessions')
@ApiSessions()
export class RememberedFactorsController {
  constructor(private readonly factors: RememberedFactorsService) {}

  @Get('remembered')
  @Access({
    permission: 'view-device-management',
    stepUp: 'always',
    parameters: PageParameters,
    audit: { event: 'session.listed' },
  })
  @ApiSessionsRemembered()
  async remembered(@Parameters() { page }: PageParameters): Promise<Succeeded<RememberedListView>> {
    return succeed(await this.factors.list(page));
  }

  @Post('forget')
  @HttpCode(HttpStatus.OK)
  @Access({
    permission: 'logout-device-management',
    stepUp: 'always',
    parameters: SessionIdParameters,
    audit: {
      event: 'second-factor.changed',
      change: 'second-factor.forgotten',
      about: ['sessionId'],
    },
  })
  @ApiSessionForget()
  async forget(
    @Parameters() { sessionId }: SessionIdParameters,
    @CurrentClient() client: Client,
  ): Promise<Succeeded<ForgottenView>> {
    return succeed(await this.factors.forget(sessionId, client));
  }

  @Post('forget.me')
  @HttpCode(HttpStatus.OK)
  @Access({
    parameters: SessionIdParameters,
    audit: {
      event: 'second-factor.changed',
      change: 'second-factor.forgotten',
      about: ['sessionId'],
    },
  })
  @ApiSessionForgetMe()
  async forgetMe(
    @CurrentCaller() { id }: Caller,
    @Parameters() { sessionId }: SessionIdParameters,
    @CurrentClient() client: Client,
  ): Promise<Succeeded<ForgottenView>> {
    return succeed(await this.factors.forgetOwn(id, sessionId, client));
  }
}
