import { Controller, HttpCode, HttpStatus, Post } from '@nestjs/common';
import { Access } from '../../access/access.decorator';
import type { Caller } from '../../auth/caller';
import { CurrentCaller } from '../../auth/current-caller.decorator';
import type { Client } from '../../common/http/client';
import { CurrentClient } from '../../common/http/current-client.decorator';
import { succeed, type Succeeded } from '../../common/http/success';
import { Parameters } from '../../common/validation/parameters.guard';
import { EmailCodesService } from '../../two-factor/email-codes/email-codes.service';
import { EmailCodesCanBeEnabled } from './email-codes-can-be-enabled.precondition';
import { EmailCodesEnabled } from './email-codes-enabled.precondition';
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
  ) {}

  @Post('users.2fa.enableEmail')
  @HttpCode(HttpStatus.OK)
  @Access({
    preconditions: [EmailCodesCanBeEnabled],
    stepUp: 'before-enrolment',
    audit: { event: 'second-factor.changed', change: 'email-codes.enabled' },
  })
  @ApiEnableEmail()
  async enable(
    @CurrentCaller() caller: Caller,
    @CurrentClient() client: Client,
  ): Promise<Succeeded<object>> {
    await this.enrolment.enable(caller, client);
    return succeed({});
  }

  @Post('users.2fa.disableEmail')
  @HttpCode(HttpStatus.OK)
  @Access({
    preconditions: [EmailCodesEnabled],
    stepUp: 'before-enrolment',
    audit: { event: 'second-factor.changed', change: 'email-codes.disabled' },
  })
  @ApiDisableEmail()
  async disable(
    @CurrentCaller() caller: Caller,
    @CurrentClient() client: Client,
  ): Promise<Succeeded<object>> {
    await this.enrolment.disable(caller, client);
    return succeed({});
  }

  @Post('users.2fa.sendEmailCode')
  @HttpCode(HttpStatus.OK)
  @Access({
    public: true,
    rateLimit: 'public',
    parameters: EmailOrUsernameParameters,
    audit: { event: 'second-factor.changed', change: 'email-code.requested' },
  })
  @ApiSendEmailCode()
  async send(
    @Parameters() { name }: EmailOrUsernameParameters,
    @CurrentClient() { address }: Client,
  ): Promise<Succeeded<object>> {
    await this.emailCodes.resend(name, address);
    return succeed({});
  }
}
