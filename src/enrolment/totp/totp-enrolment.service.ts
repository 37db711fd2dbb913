import { Injectable } from '@nestjs/common';
import { Caller } from '../../auth/caller';
import { CallersService } from '../../auth/callers.service';
import { Clock } from '../../common/clock/clock';
import { ApiError } from '../../common/errors/api-error';
import { TotpSecretCipher } from '../../two-factor/secrets/totp-secret.cipher';
import { SessionLifecycle } from '../../session-lifecycle/session-lifecycle.service';
import { BackupCodes, newBackupCodes } from '../../two-factor/secrets/backup-codes.service';
import { newTotpSecret, totpAddress } from '../../two-factor/methods/totp';
import { StoredToken } from '../../workspace-data/users/stored-token';
import { TotpRepository } from '../../workspace-data/users/totp.repository';
import { Problem } from '../../common/errors/problem';
import { TOTP_ALREADY_ENABLED, TOTP_CHANGED } from './totp-enrolment.problems';
import {
  DisabledView,
  ISSUER,
  NewBackupCodes,
  NewSecret,
  RemainingView,
} from './totp-enrolment.shapes';

/** How long a secret may wait for its first code (docs/adr/0011). */
const ENROLMENT_MS = 10 * 60 * 1000;

/**
 * Sets up the second factor of the caller. The routes demand the code. Every change demands that the secret that the code
 * was judged by is still stored, so of two requests at once one changes it and the other is told so.
 */
@Injectable()
export class TotpEnrolmentService {
  constructor(
    private readonly callers: CallersService,
    private readonly cipher: TotpSecretCipher,
    private readonly totp: TotpRepository,
    private readonly backupCodes: BackupCodes,
    private readonly lifecycle: SessionLifecycle,
    private readonly clock: Clock,
  ) {}

  /**
   * Hands out a new secret. It counts for nothing until `validate`.
   * @throws ApiError totp-obstacle already-enabled when that was done at the same time; not-logged-in when the caller has
   * been logged out a moment ago
   */
  async begin(caller: Caller): Promise<NewSecret> {
    const { id } = caller;
    const secret = newTotpSecret();
    const expire = new Date(this.clock.now().getTime() + ENROLMENT_MS);
    const user = await this.totp.begin(caller, this.cipher.encrypt(id, secret), expire);
    if (!user) throw await this.refusal(caller, TOTP_ALREADY_ENABLED);
    return { secret, url: totpAddress(secret, ISSUER, user.username ?? id) };
  }

  /**
   * Switches TOTP on after the first right code of the new secret. The user's other logins end: they have not shown it.
   * @param tempSecret that the code was right for, as it is stored
   * @throws ApiError totp-obstacle changed; not-logged-in as `begin`
   */
  async validate(caller: Caller, tempSecret: string): Promise<NewBackupCodes> {
    const codes = newBackupCodes();
    const hashes = this.hash(caller, codes);
    const now = this.clock.now();
    await this.complete(caller, await this.totp.enable(caller, tempSecret, hashes, now));
    return { codes };
  }

  /**
   * Switches TOTP off. The user's other logins end: one of them may be why.
   * @param secret that the code was right for, as it is stored
   * @throws ApiError as `validate`
   */
  async disable(caller: Caller, secret: string): Promise<DisabledView> {
    await this.complete(caller, await this.totp.disable(caller, secret));
    return { disabled: true };
  }

  /**
   * Puts twelve new backup codes in place of all that are left.
   * @param secret as for `disable`
   * @param code that was right; where it was a backup code, it is none of those that are left
   * @throws ApiError as `validate`
   */
  async regenerate(caller: Caller, secret: string, code: string): Promise<NewBackupCodes> {
    const codes = newBackupCodes();
    const isReplaced = await this.totp.replaceBackupCodes(
      caller,
      secret,
      this.withoutSubmitted(caller, code),
      this.hash(caller, codes),
    );
    if (!isReplaced) throw await this.refusal(caller, TOTP_CHANGED);
    return { codes };
  }

  /** How many backup codes are left. */
  countRemaining({ services }: Caller): RemainingView {
    return { remaining: this.backupCodes.countLeft(services.totp?.hashedBackup) };
  }

  private hash({ id }: Caller, codes: string[]): string[] {
    return codes.map((code) => this.backupCodes.hash(id, code));
  }

  /** What is left of the stored hashes when the shown code was one of theirs. */
  private withoutSubmitted({ id, services }: Caller, code: string): string[] | undefined {
    const hashedBackup = services.totp?.hashedBackup;
    if (!Array.isArray(hashedBackup)) return hashedBackup;
    const submitted = this.backupCodes.find(id, hashedBackup, code);
    return hashedBackup.filter((hash) => hash !== submitted);
  }

  /** Tells of logins that the change itself has revoked. @param ended their tokens; undefined when nothing changed */
  private async complete(caller: Caller, ended: StoredToken[] | undefined): Promise<void> {
    if (!ended) throw await this.refusal(caller, TOTP_CHANGED);
    const revocation = { by: caller.id, reason: 'factor-changed' } as const;
    await this.lifecycle.recordRevoked(caller.id, ended, revocation);
  }

  /**
   * Why nothing was changed.
   * @throws ApiError not-logged-in when it is because the caller has been logged out a moment ago
   */
  private async refusal(caller: Caller, problem: Problem): Promise<ApiError> {
    await this.callers.demandStillLoggedIn(caller);
    return new ApiError(problem);
  }
}
