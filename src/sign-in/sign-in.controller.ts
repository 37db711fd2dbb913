import { Controller, Get, HttpCode, HttpStatus, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Public, SignedIn } from '../access/access.decorators';
import type { Caller } from '../auth/caller';
import { CurrentCaller } from '../auth/current-caller.decorator';
import { succeed, Succeeded } from '../common/http/success';
import { ProxyConfig } from '../config/proxy.config';
import { readLoginRequest } from './login-request';
import type { LoggedOutView, MeView, SignedInUser } from './sign-in.shapes';
import { SignInService } from './sign-in.service';
import { ApiLogin, ApiLogout, ApiMe, ApiSignIn } from './sign-in.openapi';

/** How login and logout answer; the rest of the API says `success` instead (contract §5). */
interface Envelope<T> {
  status: 'success';
  data: T;
}

@Controller('api/v1')
@ApiSignIn()
export class SignInController {
  constructor(
    private readonly signIn: SignInService,
    private readonly proxy: ProxyConfig,
  ) {}

  @Post('login')
  @HttpCode(HttpStatus.OK)
  @Public({ audit: { event: 'login', refusal: 'failed-login-attempt' } })
  @ApiLogin()
  async login(@Req() request: FastifyRequest): Promise<Envelope<SignedInUser>> {
    const login = readLoginRequest(request, this.proxy.trustedProxies);
    return { status: 'success', data: await this.signIn.login(login) };
  }

  @Post('logout')
  @HttpCode(HttpStatus.OK)
  @SignedIn({ audit: { event: 'session.ended' } })
  @ApiLogout()
  async logout(@CurrentCaller() caller: Caller): Promise<Envelope<LoggedOutView>> {
    return { status: 'success', data: await this.signIn.logout(caller) };
  }

  @Get('me')
  @SignedIn()
  @ApiMe()
  async me(@CurrentCaller() caller: Caller): Promise<Succeeded<MeView>> {
    return succeed(await this.signIn.me(caller));
  }
}
