import { Injectable } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { Connection } from 'mongoose';
import { hashLoginToken } from '../../auth/login-token';
import { Clock } from '../../common/clock/clock';
import { TotpSecretCipher } from '../../two-factor/secrets/totp-secret.cipher';
import { DemoCredentials, newDemoCredentials, storedSecrets } from './demo-credentials';
import { DemoToken, sessionDocument, sessionDocumentId } from './demo-documents';
import { ADMINISTRATOR } from './demo-people';
import { ADMIN_ROLE } from '../../workspace-data/permissions/roles-and-permissions';

interface StoredUser {
  _id: string;
  /** Missing when the workspace has been moved here: an import takes credentials away. */
  services?: { resume?: { loginTokens?: DemoToken[] } };
}

type StoredSession = ReturnType<typeof sessionDocument>;

/** The one of the demo's people whose credentials are printed. */
@Injectable()
export class DemoAdministrator {
  constructor(
    @InjectConnection() private readonly connection: Connection,
    private readonly seal: TotpSecretCipher,
    private readonly clock: Clock,
  ) {}

  /**
   * Replaces what was printed at the last start; logins made since then stay. First the user, then the session that
   * belongs to the printed token: what an interruption leaves between the two, nobody has seen.
   * @returns undefined when somebody has removed the administrator
   */
  async renew(): Promise<DemoCredentials | undefined> {
    const user = await this.users.findOne({ _id: ADMINISTRATOR.id });
    if (!user) return undefined;
    const credentials = newDemoCredentials();
    const hashedToken = hashLoginToken(credentials.authToken);
    const printed = await this.sessions.findOne({ _id: sessionDocumentId(ADMINISTRATOR) });
    const others = (user.services?.resume?.loginTokens ?? []).filter(
      (token) => token.hashedToken !== printed?.loginToken,
    );
    const { password, totp } = await storedSecrets(credentials, this.seal);
    await this.users.updateOne(
      { _id: ADMINISTRATOR.id },
      {
        $set: {
          active: true,
          'services.resume.loginTokens': [...others, { when: this.clock.now(), hashedToken }],
          'services.password': password,
          'services.totp': totp,
        },
        $addToSet: { roles: ADMIN_ROLE.name },
      },
    );
    const { _id, ...session } = sessionDocument(ADMINISTRATOR, hashedToken);
    await this.sessions.replaceOne({ _id }, session, { upsert: true });
    await this.forgetCodes();
    return credentials;
  }

  /** Wrong codes and used ones were those of the old secret. */
  private async forgetCodes(): Promise<void> {
    const records = this.connection.collection<{ _id: string }>('ws_second_factors');
    const keys = ['user', 'login'].map((kind) => `${kind}:${ADMINISTRATOR.id}`);
    await records.deleteMany({ _id: { $in: keys } });
  }

  private get users() {
    return this.connection.collection<StoredUser>('users');
  }

  private get sessions() {
    return this.connection.collection<StoredSession>('rocketchat_sessions');
  }
}
