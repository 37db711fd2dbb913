import { Injectable } from '@nestjs/common';
import { Caller } from '../../auth/caller';
import { CallersService } from '../../auth/callers.service';
import { Clock } from '../../common/clock/clock';
import { ApiError } from '../../common/errors/api-error';
import { Client } from '../../common/http/client';
import { TotpSecretCipher } from '../../two-factor/secrets/totp-secret.cipher';
import { SessionLifecycle } from '../../session-lifecycle/session-lifecycle.service';
import { BackupCodes, newBackupCodes } from '../../two-factor/secrets/backup-codes.service';
import { newTotpSecret, totpAddress } from '../../two-factor/methods/totp';
import { StoredToken } from '../../workspace-data/users/stored-token';
import { TotpRepository } from '../../workspace-data/users/totp.repository';
import { Problem } from '../../common/errors/problem';
import { TOTP_ALREADY_ENABLED, TOTP_CHANGED } from './totp-enrolment.problems';
import { ENROLMENT_MS } from './totp-enrolment.limits';
import {
  DisabledView,
  ISSUER,
  NewBackupCodes,
  NewSecret,
  RemainingView,
} from './totp-enrolment.shapes';

/**
 * Enrols TOTP. The routes verify the code; every change then requires that the secret the code was right for is still
 * stored, so that of two parallel requests one succeeds and the other is refused.
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
   * Issues a new secret, which has no effect until `validate`.
   * @throws ApiError totp-obstacle already-enabled if another request has just enabled TOTP; not-logged-in if the
   * caller has just been logged out
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
   * Enables TOTP. Revokes the user's other logins, which have not proved it.
   * @param tempSecret the secret that the code was right for, as stored
   * @throws ApiError totp-obstacle changed; not-logged-in as `begin`
   */
  async validate(caller: Caller, tempSecret: string, client: Client): Promise<NewBackupCodes> {
    const codes = newBackupCodes();
    const hashes = this.hash(caller, codes);
    const now = this.clock.now();
    const ended = await this.totp.enable(caller, tempSecret, hashes, now);
    await this.complete(caller, ended, client);
    return { codes };
  }

  /**
   * Disables TOTP. Revokes the user's other logins, because one of them may be the reason.
   * @param secret the secret that the code was right for, as stored
   * @throws ApiError as `validate`
   */
  async disable(caller: Caller, secret: string, client: Client): Promise<DisabledView> {
    await this.complete(caller, await this.totp.disable(caller, secret), client);
    return { disabled: true };
  }

  /**
   * Replaces all backup codes.
   * @param code the code that was right; a used backup code is no longer among those stored
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

  countRemaining({ services }: Caller): RemainingView {
    return { remaining: this.backupCodes.countLeft(services.totp?.hashedBackup) };
  }

  private hash({ id }: Caller, codes: string[]): string[] {
    return codes.map((code) => this.backupCodes.hash(id, code));
  }

  /** The stored hashes without that of the submitted code. */
  private withoutSubmitted({ id, services }: Caller, code: string): string[] | undefined {
    const hashedBackup = services.totp?.hashedBackup;
    if (!Array.isArray(hashedBackup)) return hashedBackup;
    const submitted = this.backupCodes.find(id, hashedBackup, code);
    return hashedBackup.filter((hash) => hash !== submitted);
  }

  /** @param ended the tokens that the change has revoked; undefined if nothing changed */
  private async complete(
    caller: Caller,
    ended: StoredToken[] | undefined,
    client: Client,
  ): Promise<void> {
    if (!ended) throw await this.refusal(caller, TOTP_CHANGED);
    const revocation = { by: caller.id, reason: 'factor-changed', client } as const;
    await this.lifecycle.recordRevoked(caller.id, ended, revocation);
  }

  /** Why nothing was changed. @throws ApiError not-logged-in if the caller has just been logged out */
  private async refusal(caller: Caller, problem: Problem): Promise<ApiError> {
    await this.callers.requireStillLoggedIn(caller);
    return new ApiError(problem);
  }
}
