import { Controller, Get, HttpCode, HttpStatus, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { SignedIn } from '../../access/access.decorators';
import type { Caller } from '../../auth/caller';
import { CurrentCaller } from '../../auth/current-caller.decorator';
import { Client, clientOf } from '../../common/http/client';
import { succeed, type Succeeded } from '../../common/http/success';
import { Parameters } from '../../common/validation/parameters.guard';
import { ProxyConfig } from '../../config/proxy.config';
import { submittedCodeOf } from '../../two-factor/submitted-code';
import { CodeParameters } from './code.parameters';
import {
  ApiDisableTotp,
  ApiEnableTotp,
  ApiEnrolment,
  ApiRegenerateTotpCodes,
  ApiTotpCodesRemaining,
  ApiValidateTotp,
} from './totp-enrolment.openapi';
import { TotpEnrolmentService } from './totp-enrolment.service';
import type {
  DisabledView,
  NewBackupCodes,
  NewSecret,
  RemainingView,
} from './totp-enrolment.shapes';

@Controller('api/v1')
@ApiEnrolment()
export class TotpEnrolmentController {
  constructor(
    private readonly enrolment: TotpEnrolmentService,
    private readonly proxy: ProxyConfig,
  ) {}

  @Post('users.enableTotp')
  @HttpCode(HttpStatus.OK)
  @SignedIn({ audit: { event: 'second-factor.changed', change: 'totp.enrolment-begun' } })
  @ApiEnableTotp()
  async enable(
    @CurrentCaller() caller: Caller,
    @Req() request: FastifyRequest,
  ): Promise<Succeeded<NewSecret>> {
    const shown = submittedCodeOf(request);
    return succeed(await this.enrolment.begin(caller, shown, this.clientOf(request)));
  }

  @Post('users.validateTotp')
  @HttpCode(HttpStatus.OK)
  @SignedIn({
    parameters: CodeParameters,
    audit: { event: 'second-factor.changed', change: 'totp.enabled' },
  })
  @ApiValidateTotp()
  async validate(
    @CurrentCaller() caller: Caller,
    @Parameters() { meant: code }: CodeParameters,
    @Req() request: FastifyRequest,
  ): Promise<Succeeded<NewBackupCodes>> {
    return succeed(await this.enrolment.validate(caller, code, this.clientOf(request)));
  }

  @Post('users.disableTotp')
  @HttpCode(HttpStatus.OK)
  @SignedIn({
    parameters: CodeParameters,
    audit: { event: 'second-factor.changed', change: 'totp.disabled' },
  })
  @ApiDisableTotp()
  async disable(
    @CurrentCaller() caller: Caller,
    @Parameters() { meant: code }: CodeParameters,
    @Req() request: FastifyRequest,
  ): Promise<Succeeded<DisabledView>> {
    return succeed(await this.enrolment.disable(caller, code, this.clientOf(request)));
  }

  @Post('users.regenerateTotpCodes')
  @HttpCode(HttpStatus.OK)
  @SignedIn({
    parameters: CodeParameters,
    audit: { event: 'second-factor.changed', change: 'backup-codes.regenerated' },
  })
  @ApiRegenerateTotpCodes()
  async regenerate(
    @CurrentCaller() caller: Caller,
    @Parameters() { meant: code }: CodeParameters,
    @Req() request: FastifyRequest,
  ): Promise<Succeeded<NewBackupCodes>> {
    return succeed(await this.enrolment.regenerate(caller, code, this.clientOf(request)));
  }

  @Get('users.totpCodesRemaining')
  @SignedIn()
  @ApiTotpCodesRemaining()
  remaining(@CurrentCaller() caller: Caller): Succeeded<RemainingView> {
    return succeed(this.enrolment.countRemaining(caller));
  }

  private clientOf(request: FastifyRequest): Client {
    return clientOf(request, this.proxy.trustedProxies);
  }
}
