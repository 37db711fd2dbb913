import { Controller, HttpCode, HttpStatus, Post } from '@nestjs/common';
import { Access } from '../../access/access.decorator';
import type { Caller } from '../../auth/caller';
import { CurrentCaller } from '../../auth/current-caller.decorator';
import type { Client } from '../../common/http/client';
import { CurrentClient } from '../../common/http/current-client.decorator';
import { succeed, Succeeded } from '../../common/http/success';
import { Parameters } from '../../common/validation/parameters.guard';
import { UserNameParameters } from '../../workspace-data/users/user-name.parameters';
import { ApiEnrolment, ApiResetTotp } from './totp-enrolment.openapi';
import { TotpResetService } from './totp-reset.service';

@Controller('api/v1')
@ApiEnrolment()
export class TotpResetController {
  constructor(private readonly totpReset: TotpResetService) {}

  @Post('users.resetTOTP')
  @HttpCode(HttpStatus.OK)
  @Access({
    permission: 'edit-other-user-totp',
    stepUp: 'always',
    parameters: UserNameParameters,
    audit: { event: 'second-factor.changed', change: 'totp.reset', about: ['userId', 'username'] },
  })
  @ApiResetTotp()
  async reset(
    @CurrentCaller() caller: Caller,
    @Parameters() { name }: UserNameParameters,
    @CurrentClient() client: Client,
  ): Promise<Succeeded<object>> {
    await this.totpReset.reset(caller, name, client);
    return succeed({});
  }
}
