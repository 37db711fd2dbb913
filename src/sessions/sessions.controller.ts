import { Controller, Get, HttpCode, HttpStatus, Post } from '@nestjs/common';
import { Access } from '../access/access.decorator';
import { ValidCursor } from '../access/valid-cursor.precondition';
import type { Caller } from '../auth/caller';
import { CurrentCaller } from '../auth/current-caller.decorator';
import type { Client } from '../common/http/client';
import { CurrentClient } from '../common/http/current-client.decorator';
import { succeed, Succeeded } from '../common/http/success';
import { Parameters } from '../common/validation/parameters.guard';
import { SessionIdParameters } from './dto/session-id.parameters';
import { AllSessionsListParameters, SessionListParameters } from './dto/session-list.parameters';
import { SessionListReader } from './session-list.reader';
import type { OwnSessionView, RevokedView, SessionListView, SessionView } from './session.shapes';
import {
  ApiSessionInfo,
  ApiSessionInfoAdmin,
  ApiSessionList,
  ApiSessionListAll,
  ApiSessionLogout,
  ApiSessionLogoutMe,
  ApiSessions,
} from './sessions.openapi';
import { SessionsService } from './sessions.service';

@Controller('api/v1/sessions')
@ApiSessions()
export class SessionsController {
  constructor(
    private readonly sessions: SessionsService,
    private readonly lists: SessionListReader,
  ) {}

  @Get('list')
  @Access({ parameters: SessionListParameters, preconditions: [ValidCursor] })
  @ApiSessionList()
  async list(
    @CurrentCaller() caller: Caller,
    @Parameters() parameters: SessionListParameters,
  ): Promise<Succeeded<SessionListView<OwnSessionView>>> {
    return succeed(await this.lists.own(caller, parameters));
  }

  @Get('info')
  @Access({ parameters: SessionIdParameters })
  @ApiSessionInfo()
  async info(
    @CurrentCaller() { id }: Caller,
    @Parameters() { sessionId }: SessionIdParameters,
  ): Promise<Succeeded<object>> {
    return succeed(await this.sessions.findOwnDocument(id, sessionId));
  }

  @Post('logout.me')
  @HttpCode(HttpStatus.OK)
  @Access({
    parameters: SessionIdParameters,
    audit: { event: 'session.ended', about: ['sessionId'] },
  })
  @ApiSessionLogoutMe()
  async logoutMe(
    @CurrentCaller() { id }: Caller,
    @Parameters() { sessionId }: SessionIdParameters,
    @CurrentClient() client: Client,
  ): Promise<Succeeded<RevokedView>> {
    return succeed(await this.sessions.endOwnSession(id, sessionId, client));
  }

  @Get('list.all')
  @Access({
    permission: 'view-device-management',
    stepUp: 'always',
    parameters: AllSessionsListParameters,
    preconditions: [ValidCursor],
    audit: { event: 'session.listed' },
  })
  @ApiSessionListAll()
  async listAll(
    @CurrentCaller() caller: Caller,
    @Parameters() parameters: AllSessionsListParameters,
  ): Promise<Succeeded<SessionListView>> {
    return succeed(await this.lists.all(caller, parameters));
  }

  @Get('info.admin')
  @Access({
    permission: 'view-device-management',
    stepUp: 'always',
    parameters: SessionIdParameters,
    audit: { event: 'session.viewed', about: ['sessionId'] },
  })
  @ApiSessionInfoAdmin()
  async infoAdmin(
    @Parameters() { sessionId }: SessionIdParameters,
    @CurrentClient() client: Client,
  ): Promise<Succeeded<SessionView>> {
    return succeed(await this.sessions.findLiveSession(sessionId, client));
  }

  @Post('logout')
  @HttpCode(HttpStatus.OK)
  @Access({
    permission: 'logout-device-management',
    stepUp: 'always',
    parameters: SessionIdParameters,
    audit: { event: 'session.ended', about: ['sessionId'] },
  })
  @ApiSessionLogout()
  async logout(
    @CurrentCaller() { id }: Caller,
    @Parameters() { sessionId }: SessionIdParameters,
    @CurrentClient() client: Client,
  ): Promise<Succeeded<RevokedView>> {
    return succeed(await this.sessions.endSession(sessionId, id, client));
  }
}
