import { Controller, HttpCode, HttpStatus, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Public, SignedIn } from '../../access/access.decorators';
import type { Caller } from '../../auth/caller';
import { CurrentCaller } from '../../auth/current-caller.decorator';
import { Client, clientOf } from '../../common/http/client';
import { succeed, type Succeeded } from '../../common/http/success';
import { Parameters } from '../../common/validation/parameters.guard';
import { ProxyConfig } from '../../config/proxy.config';
import { EmailCodesService } from '../../two-factor/email-codes/email-codes.service';
import { submittedCodeOf } from '../../two-factor/submitted-code';
import { EmailOrUsernameParameters } from './email-or-username.parameters';
import { ApiDisableEmail, ApiEnableEmail, ApiSendEmailCode } from './email-enrolment.openapi';
import { EmailEnrolmentService } from './email-enrolment.service';
import { ApiEnrolment } from '../totp/totp-enrolment.openapi';

@Controller('api/v1')
@ApiEnrolment()
export class EmailEnrolmentController {
  constructor(
    private readonly enrolment: EmailEnrolmentService,
    private readonly emailCodes: EmailCodesService,
    private readonly proxy: ProxyConfig,
  ) {}

  @Post('users.2fa.enableEmail')
  @HttpCode(HttpStatus.OK)
  @SignedIn({ audit: { event: 'second-factor.changed', change: 'email-codes.enabled' } })
  @ApiEnableEmail()
  async enable(
    @CurrentCaller() caller: Caller,
    @Req() request: FastifyRequest,
  ): Promise<Succeeded<object>> {
    await this.enrolment.enable(caller, submittedCodeOf(request), this.clientOf(request));
    return succeed({});
  }

  @Post('users.2fa.disableEmail')
  @HttpCode(HttpStatus.OK)
  @SignedIn({ audit: { event: 'second-factor.changed', change: 'email-codes.disabled' } })
  @ApiDisableEmail()
  async disable(
    @CurrentCaller() caller: Caller,
    @Req() request: FastifyRequest,
  ): Promise<Succeeded<object>> {
    await this.enrolment.disable(caller, submittedCodeOf(request), this.clientOf(request));
    return succeed({});
  }

  @Post('users.2fa.sendEmailCode')
  @HttpCode(HttpStatus.OK)
  @Public({
    parameters: EmailOrUsernameParameters,
    audit: { event: 'second-factor.code-requested' },
  })
  @ApiSendEmailCode()
  async send(
    @Parameters() { name }: EmailOrUsernameParameters,
    @Req() request: FastifyRequest,
  ): Promise<Succeeded<object>> {
    await this.emailCodes.resend(name, this.clientOf(request).address);
    return succeed({});
  }

  private clientOf(request: FastifyRequest): Client {
    return clientOf(request, this.proxy.trustedProxies);
  }
}
