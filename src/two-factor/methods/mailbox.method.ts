import { Injectable } from '@nestjs/common';
import { EmailCodeUse } from '../../workspace-data/users/email-code.repository';
import { EmailMethod } from './email.method';
import { FactorOwner } from './second-factor.method';

/**
 * A code that is sent to somebody who has not chosen such codes, but has a verified address: no second factor of theirs,
 * only a sign that it is them who set up the first one (docs/adr/0011).
 */
@Injectable()
export class MailboxMethod extends EmailMethod {
  override readonly verifiesAs = 'mailbox';
  protected override readonly use: EmailCodeUse = 'mailbox';

  override isEnabled({ hasVerifiedAddress }: FactorOwner): boolean {
    return this.emailCodes.areOn && hasVerifiedAddress;
  }
}
