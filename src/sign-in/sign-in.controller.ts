import { Controller, Get, HttpCode, HttpStatus, Post } from '@nestjs/common';
import { Access } from '../access/access.decorator';
import type { Caller } from '../auth/caller';
import { CurrentCaller } from '../auth/current-caller.decorator';
import type { Client } from '../common/http/client';
import { CurrentClient } from '../common/http/current-client.decorator';
import { succeed, Succeeded } from '../common/http/success';
import { AskedLogin } from './asked-login.decorator';
import type { LoginRequest } from './login-request';
import type { LoggedOutView, MeView, SignedInUser } from './sign-in.shapes';
import { SignInService } from './sign-in.service';
import { ApiLogin, ApiLogout, ApiMe, ApiSignIn } from './sign-in.openapi';

/** Login and logout answer like this; other routes use `success` (contract §5). */
interface Envelope<T> {
  status: 'success';
  data: T;
}

@Controller('api/v1')
@ApiSignIn()
export class SignInController {
  constructor(private readonly signIn: SignInService) {}

  @Post('login')
  @HttpCode(HttpStatus.OK)
  @Access({
    public: true,
    stepUp: 'at-sign-in',
    rateLimit: 'public',
    audit: { event: 'login', refusal: 'failed-login-attempt' },
  })
  @ApiLogin()
  async login(@AskedLogin() login: LoginRequest): Promise<Envelope<SignedInUser>> {
    return { status: 'success', data: await this.signIn.login(login) };
  }

  @Post('logout')
  @HttpCode(HttpStatus.OK)
  @Access({ audit: { event: 'session.ended' } })
  @ApiLogout()
  async logout(
    @CurrentCaller() caller: Caller,
    @CurrentClient() client: Client,
  ): Promise<Envelope<LoggedOutView>> {
    return { status: 'success', data: await this.signIn.logout(caller, client) };
  }

  @Get('me')
  @Access({})
  @ApiMe()
  async me(@CurrentCaller() caller: Caller): Promise<Succeeded<MeView>> {
    return succeed(await this.signIn.me(caller));
  }
}
