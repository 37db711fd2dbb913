import { Injectable } from '@nestjs/common';
import { Precondition } from '../../access/precondition.guard';
import { Caller } from '../../auth/caller';
import { Clock } from '../../common/clock/clock';
import { BulkLogoutParameters } from './bulk-logout.parameters';
import { readConfirmation } from './confirmation';

/** Refuses what no dry run has confirmed before the second factor, as every wrong parameter (contract §1). */
@Injectable()
export class Confirmed implements Precondition {
  constructor(private readonly clock: Clock) {}

  /** @throws ApiError confirmation-required */
  check({ clientSecret }: Caller, parameters?: object): void {
    const { dryRun, canonical, confirm } = parameters as BulkLogoutParameters;
    if (!dryRun) readConfirmation(clientSecret, canonical, confirm, this.clock.now());
  }
}
