import { Controller, HttpCode, HttpStatus, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { PermittedAndProven } from '../access/access.decorators';
import type { Caller } from '../auth/caller';
import { CurrentCaller } from '../auth/caller.decorator';
import { clientOf } from '../common/http/client';
import { succeed, Succeeded } from '../common/http/success';
import { Parameters } from '../common/validation/parameters.guard';
import { Configuration } from '../config/configuration';
import { UserNameParameters } from './dto/user-name.parameters';
import { ApiEnrolment, ApiResetTotp } from './enrolment.openapi';
import { TotpResetService } from './totp-reset.service';

@Controller('api/v1')
@ApiEnrolment()
export class TotpResetController {
  constructor(
    private readonly totpReset: TotpResetService,
    private readonly config: Configuration,
  ) {}

  @Post('users.resetTOTP')
  @HttpCode(HttpStatus.OK)
  @PermittedAndProven('edit-other-user-totp', UserNameParameters)
  @ApiResetTotp()
  async reset(
    @CurrentCaller() caller: Caller,
    @Parameters() { name }: UserNameParameters,
    @Req() request: FastifyRequest,
  ): Promise<Succeeded<object>> {
    await this.totpReset.reset(caller, name, clientOf(request, this.config.trustedProxies));
    return succeed({});
  }
}
