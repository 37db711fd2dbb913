import { Controller, HttpCode, HttpStatus, Post } from '@nestjs/common';
import { Access } from '../../access/access.decorator';
import type { Caller } from '../../auth/caller';
import { CurrentCaller } from '../../auth/current-caller.decorator';
import type { Client } from '../../common/http/client';
import { CurrentClient } from '../../common/http/current-client.decorator';
import { succeed, Succeeded } from '../../common/http/success';
import { Parameters } from '../../common/validation/parameters.guard';
import { ApiSessions } from '../sessions.openapi';
import { ApiSessionsLogoutBulk } from './bulk-logout.openapi';
import { BulkLogoutParameters } from './bulk-logout.parameters';
import { BulkLogoutService } from './bulk-logout.service';
import type { BulkEndedView, BulkPreviewView } from './bulk-logout.shapes';
import { Confirmed } from './confirmed.precondition';

@Controller('api/v1/sessions')
@ApiSessions()
export class BulkLogoutController {
  constructor(private readonly bulk: BulkLogoutService) {}

  @Post('logout.bulk')
  @HttpCode(HttpStatus.OK)
  @Access({
    permission: 'logout-device-management',
    stepUp: 'always',
    parameters: BulkLogoutParameters,
    preconditions: [Confirmed],
    audit: {
      event: 'session.ended',
      preview: 'session.bulk-previewed',
      about: ['selector', 'includeOwn', 'note'],
    },
  })
  @ApiSessionsLogoutBulk()
  async logoutBulk(
    @CurrentCaller() caller: Caller,
    @Parameters() parameters: BulkLogoutParameters,
    @CurrentClient() client: Client,
  ): Promise<Succeeded<BulkPreviewView | BulkEndedView>> {
    const { dryRun } = parameters;
    return succeed(await this.bulk[dryRun ? 'preview' : 'end'](caller, parameters, client));
  }
}
