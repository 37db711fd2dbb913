import { Injectable } from '@nestjs/common';
import { EmailCodeUse } from '../../workspace-data/users/email-code.repository';
import { EmailMethod } from './email.method';
import { FactorOwner } from './second-factor.method';

/** No second factor: a code to a verified address only confirms who sets up the first one (docs/adr/0011). */
@Injectable()
export class MailboxMethod extends EmailMethod {
  override readonly verifiesAs = 'mailbox';
  protected override readonly use: EmailCodeUse = 'mailbox';

  override isEnabled({ hasVerifiedAddress }: FactorOwner): boolean {
    return this.emailCodes.areOn && hasVerifiedAddress;
  }
}
