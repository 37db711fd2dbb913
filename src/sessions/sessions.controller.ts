import { Controller, Get, HttpCode, HttpStatus, Post } from '@nestjs/common';
import { Access } from '../access/access.decorator';
import type { Caller } from '../auth/caller';
import { CurrentCaller } from '../auth/current-caller.decorator';
import type { Client } from '../common/http/client';
import { CurrentClient } from '../common/http/current-client.decorator';
import { succeed, Succeeded } from '../common/http/success';
import { Parameters } from '../common/validation/parameters.guard';
import { SessionIdParameters } from './dto/session-id.parameters';
import { SessionListParameters } from './dto/session-list.parameters';
import { viewOwnPage, viewPage } from './session-list.view';
import { SessionListingService } from './session-listing.service';
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
    private readonly listing: SessionListingService,
  ) {}

  @Get('list')
  @Access({ parameters: SessionListParameters })
  @ApiSessionList()
  async list(
    @CurrentCaller() { id, token }: Caller,
    @Parameters() { request }: SessionListParameters,
  ): Promise<Succeeded<SessionListView<OwnSessionView>>> {
    return succeed(viewOwnPage(await this.listing.listOf(id, request), request, token.hashedToken));
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
    parameters: SessionListParameters,
    audit: { event: 'session.listed' },
  })
  @ApiSessionListAll()
  async listAll(
    @Parameters() { request }: SessionListParameters,
  ): Promise<Succeeded<SessionListView>> {
    return succeed(viewPage(await this.listing.listAll(request), request));
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
