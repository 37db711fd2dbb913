import { Controller, Get, HttpCode, HttpStatus, Post } from '@nestjs/common';
import { Access } from '../access/access.decorator';
import type { Caller } from '../auth/caller';
import { CurrentCaller } from '../auth/current-caller.decorator';
import type { Client } from '../common/http/client';
import { CurrentClient } from '../common/http/current-client.decorator';
import { succeed, type Succeeded } from '../common/http/success';
import { Parameters } from '../common/validation/parameters.guard';
import type { AccessTokenView, NewToken } from './access-token.shapes';
import {
  ApiAccessTokens,
  ApiGeneratePersonalAccessToken,
  ApiGetPersonalAccessTokens,
  ApiRegeneratePersonalAccessToken,
  ApiRemovePersonalAccessToken,
} from './access-tokens.openapi';
import { AccessTokensService } from './access-tokens.service';
import { NewTokenParameters } from './dto/new-token.parameters';
import { TokenNameParameters } from './dto/token-name.parameters';

@Controller('api/v1')
@ApiAccessTokens()
export class AccessTokensController {
  constructor(private readonly accessTokens: AccessTokensService) {}

  @Post('users.generatePersonalAccessToken')
  @HttpCode(HttpStatus.OK)
  @Access({
    permission: 'create-personal-access-tokens',
    stepUp: 'always',
    parameters: NewTokenParameters,
    audit: {
      event: 'access-token.changed',
      change: 'access-token.generated',
      about: ['tokenName', 'bypassTwoFactor'],
    },
  })
  @ApiGeneratePersonalAccessToken()
  async generate(
    @CurrentCaller() caller: Caller,
    @Parameters() parameters: NewTokenParameters,
  ): Promise<Succeeded<NewToken>> {
    return succeed(await this.accessTokens.generate(caller, parameters));
  }

  @Post('users.regeneratePersonalAccessToken')
  @HttpCode(HttpStatus.OK)
  @Access({
    permission: 'create-personal-access-tokens',
    stepUp: 'always',
    parameters: TokenNameParameters,
    audit: {
      event: 'access-token.changed',
      change: 'access-token.regenerated',
      about: ['tokenName'],
    },
  })
  @ApiRegeneratePersonalAccessToken()
  async regenerate(
    @CurrentCaller() caller: Caller,
    @Parameters() { tokenName }: TokenNameParameters,
    @CurrentClient() client: Client,
  ): Promise<Succeeded<NewToken>> {
    return succeed(await this.accessTokens.regenerate(caller, tokenName, client));
  }

  @Post('users.removePersonalAccessToken')
  @HttpCode(HttpStatus.OK)
  @Access({
    permission: 'create-personal-access-tokens',
    stepUp: 'always',
    parameters: TokenNameParameters,
    audit: {
      event: 'access-token.changed',
      change: 'access-token.removed',
      about: ['tokenName'],
    },
  })
  @ApiRemovePersonalAccessToken()
  async remove(
    @CurrentCaller() caller: Caller,
    @Parameters() { tokenName }: TokenNameParameters,
    @CurrentClient() client: Client,
  ): Promise<Succeeded<object>> {
    await this.accessTokens.remove(caller, tokenName, client);
    return succeed({});
  }

  @Get('users.getPersonalAccessTokens')
  @Access({ permission: 'create-personal-access-tokens', ownData: true })
  @ApiGetPersonalAccessTokens()
  async list(@CurrentCaller() caller: Caller): Promise<Succeeded<{ tokens: AccessTokenView[] }>> {
    return succeed({ tokens: await this.accessTokens.list(caller) });
  }
}
