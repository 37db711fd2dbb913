import { Injectable } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { Connection } from 'mongoose';
import { hashLoginToken } from '../../auth/login-token';
import { Clock } from '../../common/clock/clock';
import { TotpSecretCipher } from '../../two-factor/secrets/totp-secret.cipher';
import { DemoCredentials, newDemoCredentials, storedSecrets } from './demo-credentials';
import { sessionDocument, sessionDocumentId } from './demo-documents';
import { ADMINISTRATOR } from './demo-people';
import { SECOND_FACTORS_COLLECTION } from '../../two-factor/attempts/second-factors.collection';
import { ADMIN_ROLE } from '../../workspace-data/permissions/roles-and-permissions';
import { DemoSessionsRepository } from '../../workspace-data/sessions/demo-sessions.repository';
import { CredentialsRepository } from '../../workspace-data/users/credentials.repository';

/** The demo user whose credentials are printed. */
@Injectable()
export class DemoAdministrator {
  constructor(
    @InjectConnection() private readonly connection: Connection,
    private readonly users: CredentialsRepository,
    private readonly sessions: DemoSessionsRepository,
    private readonly cipher: TotpSecretCipher,
    private readonly clock: Clock,
  ) {}

  /**
   * Replaces what the last start printed; other logins stay. The user comes first, then the session of the printed
   * token, so an interruption between the two exposes nothing. Undefined when the administrator was deleted.
   */
  async renew(): Promise<DemoCredentials | undefined> {
    const tokens = await this.users.findTokens(ADMINISTRATOR.id);
    if (!tokens) return undefined;
    const credentials = newDemoCredentials();
    const hashedToken = hashLoginToken(credentials.authToken);
    const documentId = sessionDocumentId(ADMINISTRATOR);
    const printed = await this.sessions.findTokenOf(documentId);
    const others = tokens.filter((token) => token.hashedToken !== printed);
    await this.users.renew(
      ADMINISTRATOR.id,
      ADMIN_ROLE.name,
      [...others, { when: this.clock.now(), hashedToken }],
      await storedSecrets(credentials, this.cipher),
    );
    await this.sessions.replace(documentId, sessionDocument(ADMINISTRATOR, hashedToken));
    await this.forgetCodes();
    return credentials;
  }

  /** The attempts and claims belong to the old secret. */
  private async forgetCodes(): Promise<void> {
    const records = this.connection.collection<{ _id: string }>(SECOND_FACTORS_COLLECTION);
    const keys = ['user', 'login'].map((kind) => `${kind}:${ADMINISTRATOR.id}`);
    await records.deleteMany({ _id: { $in: keys } });
  }
}
