import { Injectable } from '@nestjs/common';
import { Precondition } from '../../access/precondition.guard';
import { Caller } from '../../auth/caller';
import { ApiError } from '../../common/errors/api-error';
import { EMAIL_NOT_ENABLED } from './email-enrolment.problems';

@Injectable()
export class EmailCodesEnabled implements Precondition {
  /** @throws ApiError email-obstacle not-enabled */
  check({ services }: Caller): void {
    if (services.email2fa?.enabled === true) return;
    throw new ApiError(EMAIL_NOT_ENABLED);
  }
}
