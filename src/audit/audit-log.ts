import { Injectable, Logger } from '@nestjs/common';
import { ApiError } from '../common/errors/api-error';
import { Client } from '../common/http/client';
import { escapeUnprintable } from '../common/printable';

/** What changes the ways in which somebody proves who they are. */
export type FactorEvent =
  | 'totp.enrolment-begun'
  | 'totp.enabled'
  | 'totp.disabled'
  | 'totp.reset'
  | 'backup-codes.regenerated'
  | 'backup-code.spent'
  | 'email-codes.enabled'
  | 'email-codes.disabled'
  | 'access-token.generated'
  | 'access-token.regenerated'
  | 'access-token.removed';

/** Who changes what, for whom and from where. Nothing in here is a secret. */
export interface FactorChange {
  event: FactorEvent;
  /** The id of the user who asks for it. */
  by: string;
  /** The id of the user whose factor it is. */
  for: string;
  from: Client;
}

/** Headers may have kilobytes, and a log line is for people. */
const LONGEST_USER_AGENT = 200;

/** One line in the log for each attempt to change a factor, whatever became of it. */
@Injectable()
export class AuditLog {
  private readonly logger = new Logger('Audit');

  /**
   * Makes the change and writes down how it ended: `done`, or the kind of the problem. After `unforeseen` the change may
   * have been made all the same.
   * @throws whatever the change throws
   */
  async change<T>(change: FactorChange, action: () => Promise<T>): Promise<T> {
    try {
      const outcome = await action();
      this.write(change);
      return outcome;
    } catch (error) {
      // The message of an error may carry what somebody typed; its kind does not.
      this.write(change, error instanceof ApiError ? error.problem.kind : 'unforeseen');
      throw error;
    }
  }

  /** Writes down a change. As JSON on one line, all of it to be seen: what a client calls itself cannot forge a second entry. */
  write({ event, by, for: subject, from }: FactorChange, result = 'done'): void {
    const userAgent = from.userAgent.slice(0, LONGEST_USER_AGENT);
    const entry = { event, by, for: subject, address: from.address, userAgent, result };
    this.logger.log(escapeUnprintable(JSON.stringify(entry)));
  }
}
