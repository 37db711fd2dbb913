import { Controller, Get, HttpCode, HttpStatus, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Permitted, PermittedAndProven } from '../access/access.decorators';
import type { Caller } from '../auth/caller';
import { CurrentCaller } from '../auth/caller.decorator';
import { Client, clientOf } from '../common/http/client';
import { succeed, type Succeeded } from '../common/http/success';
import { Parameters } from '../common/validation/parameters.guard';
import { Configuration } from '../config/configuration';
import { AccessTokenView } from './access-token.view';
import {
  ApiAccessTokens,
  ApiGeneratePersonalAccessToken,
  ApiGetPersonalAccessTokens,
  ApiRegeneratePersonalAccessToken,
  ApiRemovePersonalAccessToken,
} from './access-tokens.openapi';
import { AccessTokensService, NewToken } from './access-tokens.service';
import { NewTokenParameters } from './dto/new-token.parameters';
import { TokenNameParameters } from './dto/token-name.parameters';

@Controller('api/v1')
@ApiAccessTokens()
export class AccessTokensController {
  constructor(
    private readonly accessTokens: AccessTokensService,
    private readonly config: Configuration,
  ) {}

  @Post('users.generatePersonalAccessToken')
  @HttpCode(HttpStatus.OK)
  @PermittedAndProven('create-personal-access-tokens', NewTokenParameters)
  @ApiGeneratePersonalAccessToken()
  async generate(
    @CurrentCaller() caller: Caller,
    @Parameters() parameters: NewTokenParameters,
    @Req() request: FastifyRequest,
  ): Promise<Succeeded<NewToken>> {
    return succeed(await this.accessTokens.generate(caller, parameters, this.clientOf(request)));
  }

  @Post('users.regeneratePersonalAccessToken')
  @HttpCode(HttpStatus.OK)
  @PermittedAndProven('create-personal-access-tokens', TokenNameParameters)
  @ApiRegeneratePersonalAccessToken()
  async regenerate(
    @CurrentCaller() caller: Caller,
    @Parameters() { tokenName }: TokenNameParameters,
    @Req() request: FastifyRequest,
  ): Promise<Succeeded<NewToken>> {
    return succeed(await this.accessTokens.regenerate(caller, tokenName, this.clientOf(request)));
  }

  @Post('users.removePersonalAccessToken')
  @HttpCode(HttpStatus.OK)
  @PermittedAndProven('create-personal-access-tokens', TokenNameParameters)
  @ApiRemovePersonalAccessToken()
  async remove(
    @CurrentCaller() caller: Caller,
    @Parameters() { tokenName }: TokenNameParameters,
    @Req() request: FastifyRequest,
  ): Promise<Succeeded<object>> {
    await this.accessTokens.remove(caller, tokenName, this.clientOf(request));
    return succeed({});
  }

  @Get('users.getPersonalAccessTokens')
  @Permitted('create-personal-access-tokens')
  @ApiGetPersonalAccessTokens()
  async list(@CurrentCaller() caller: Caller): Promise<Succeeded<{ tokens: AccessTokenView[] }>> {
    return succeed({ tokens: await this.accessTokens.list(caller) });
  }

  private clientOf(request: FastifyRequest): Client {
    return clientOf(request, this.config.trustedProxies);
  }
}
