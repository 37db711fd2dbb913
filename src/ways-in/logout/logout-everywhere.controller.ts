import { Controller, HttpCode, HttpStatus, Post } from '@nestjs/common';
import { Access } from '../../access/access.decorator';
import type { Caller } from '../../auth/caller';
import { CurrentCaller } from '../../auth/current-caller.decorator';
import { SentToken } from '../../auth/sent-token.decorator';
import type { Client } from '../../common/http/client';
import { CurrentClient } from '../../common/http/current-client.decorator';
import { succeed, Succeeded } from '../../common/http/success';
import { Parameters } from '../../common/validation/parameters.guard';
import { ApiWaysIn } from '../ways-in.openapi';
import {
  ApiUsersLogout,
  ApiUsersLogoutOtherClients,
  ApiUsersRemoveOtherTokens,
} from './logout-everywhere.openapi';
import { LogoutEverywhereService } from './logout-everywhere.service';
import type { KeptLoginView, LoggedOutView } from './logout-everywhere.shapes';
import { UserIdParameters } from './user-id.parameters';

@Controller('api/v1')
@ApiWaysIn()
export class LogoutEverywhereController {
  constructor(private readonly everywhere: LogoutEverywhereService) {}

  @Post('users.logout')
  @HttpCode(HttpStatus.OK)
  @Access({
    forOthers: { permission: 'logout-other-user', stepUp: 'always' },
    parameters: UserIdParameters,
    // Access tokens leave no ending, so endings alone would not tell what was removed.
    audit: { event: 'session.ended', change: 'tokens.removed', about: ['userId'] },
  })
  @ApiUsersLogout()
  async logout(
    @CurrentCaller() caller: Caller,
    @Parameters() { userId = caller.id }: UserIdParameters,
    @CurrentClient() client: Client,
  ): Promise<Succeeded<LoggedOutView>> {
    return succeed(await this.everywhere.logOut(caller, userId, client));
  }

  @Post('users.logoutOtherClients')
  @HttpCode(HttpStatus.OK)
  @Access({ audit: { event: 'session.ended' } })
  @ApiUsersLogoutOtherClients()
  async logoutOtherClients(
    @CurrentCaller() caller: Caller,
    @SentToken() token: string,
    @CurrentClient() client: Client,
  ): Promise<Succeeded<KeptLoginView>> {
    return succeed(await this.everywhere.logOutOthers(caller, token, client));
  }

  @Post('users.removeOtherTokens')
  @HttpCode(HttpStatus.OK)
  @Access({ audit: { event: 'session.ended', change: 'tokens.removed' } })
  @ApiUsersRemoveOtherTokens()
  async removeOtherTokens(
    @CurrentCaller() caller: Caller,
    @CurrentClient() client: Client,
  ): Promise<Succeeded<object>> {
    await this.everywhere.removeOthers(caller, client);
    return succeed({});
  }
}
