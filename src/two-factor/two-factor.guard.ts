import { CanActivate, ExecutionContext, Injectable } from '@nestjs/common';
import { FastifyRequest } from 'fastify';
import { callerOf } from '../auth/caller';
import { clientOf } from '../common/http/client';
import { ProxyConfig } from '../config/proxy.config';
import { submittedCodeOf } from './submitted-code';
import { TwoFactorService } from './two-factor.service';

/** Prove it again: a valid second factor on this very request; or 400, or 429 after too many wrong codes. */
@Injectable()
export class TwoFactorGuard implements CanActivate {
  constructor(
    private readonly twoFactor: TwoFactorService,
    private readonly proxy: ProxyConfig,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    await this.twoFactor.requireSecondFactor(
      callerOf(request),
      submittedCodeOf(request),
      clientOf(request, this.proxy.trustedProxies),
    );
    return true;
  }
}
