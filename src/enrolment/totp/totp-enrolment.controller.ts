import { Controller, Get, HttpCode, HttpStatus, Post } from '@nestjs/common';
import { Access } from '../../access/access.decorator';
import type { Caller } from '../../auth/caller';
import { CurrentCaller } from '../../auth/current-caller.decorator';
import type { Client } from '../../common/http/client';
import { CurrentClient } from '../../common/http/current-client.decorator';
import { succeed, type Succeeded } from '../../common/http/success';
import { Parameters } from '../../common/validation/parameters.guard';
import { CodeParameters } from '../../two-factor/code.parameters';
import { VerifiedSecret } from '../../two-factor/verified-secret.decorator';
import { BegunTotpSecret } from './begun-totp.secret';
import { TotpEnabled } from './totp-enabled.precondition';
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
import { TotpNotEnabled } from './totp-not-enabled.precondition';

@Controller('api/v1')
@ApiEnrolment()
export class TotpEnrolmentController {
  constructor(private readonly enrolment: TotpEnrolmentService) {}

  @Post('users.enableTotp')
  @HttpCode(HttpStatus.OK)
  @Access({
    preconditions: [TotpNotEnabled],
    stepUp: 'before-enrolment',
    audit: { event: 'second-factor.changed', change: 'totp.enrolment-begun' },
  })
  @ApiEnableTotp()
  async enable(@CurrentCaller() caller: Caller): Promise<Succeeded<NewSecret>> {
    return succeed(await this.enrolment.begin(caller));
  }

  @Post('users.validateTotp')
  @HttpCode(HttpStatus.OK)
  @Access({
    parameters: CodeParameters,
    preconditions: [TotpNotEnabled],
    stepUp: { codeInBody: 'new-totp-secret', secretOf: BegunTotpSecret },
    audit: { event: 'second-factor.changed', change: 'totp.enabled' },
  })
  @ApiValidateTotp()
  async validate(
    @CurrentCaller() caller: Caller,
    @VerifiedSecret() secret: string,
    @CurrentClient() client: Client,
  ): Promise<Succeeded<NewBackupCodes>> {
    return succeed(await this.enrolment.validate(caller, secret, client));
  }

  @Post('users.disableTotp')
  @HttpCode(HttpStatus.OK)
  @Access({
    parameters: CodeParameters,
    preconditions: [TotpEnabled],
    stepUp: { codeInBody: 'totp' },
    audit: { event: 'second-factor.changed', change: 'totp.disabled' },
  })
  @ApiDisableTotp()
  async disable(
    @CurrentCaller() caller: Caller,
    @VerifiedSecret() secret: string,
    @CurrentClient() client: Client,
  ): Promise<Succeeded<DisabledView>> {
    return succeed(await this.enrolment.disable(caller, secret, client));
  }

  @Post('users.regenerateTotpCodes')
  @HttpCode(HttpStatus.OK)
  @Access({
    parameters: CodeParameters,
    preconditions: [TotpEnabled],
    stepUp: { codeInBody: 'totp' },
    audit: { event: 'second-factor.changed', change: 'backup-codes.regenerated' },
  })
  @ApiRegenerateTotpCodes()
  async regenerate(
    @CurrentCaller() caller: Caller,
    @VerifiedSecret() secret: string,
    @Parameters() { normalizedCode: code }: CodeParameters,
  ): Promise<Succeeded<NewBackupCodes>> {
    return succeed(await this.enrolment.regenerate(caller, secret, code));
  }

  @Get('users.totpCodesRemaining')
  @Access({ preconditions: [TotpEnabled] })
  @ApiTotpCodesRemaining()
  remaining(@CurrentCaller() caller: Caller): Succeeded<RemainingView> {
    return succeed(this.enrolment.countRemaining(caller));
  }
}
