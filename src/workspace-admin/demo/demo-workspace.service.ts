import { Injectable } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { Connection } from 'mongoose';
import { hashLoginToken, newLoginToken } from '../../auth/login-token';
import { Clock } from '../../common/clock/clock';
import { DatabaseConfig } from '../../config/database.config';
import { EnvironmentConfig } from '../../config/environment.config';
import { TotpSecretCipher } from '../../two-factor/secrets/totp-secret.cipher';
import { DemoAdministrator } from './demo-administrator.service';
import { DemoCredentials, newDemoCredentials, storedSecrets } from './demo-credentials';
import { sessionDocument, sessionDocumentId, userDocument } from './demo-documents';
import { ADMINISTRATOR, DEMO_PEOPLE, DemoPerson } from './demo-people';
import { NewWorkspace } from '../init/new-workspace.service';
import { DemoSessionsRepository } from '../../workspace-data/sessions/demo-sessions.repository';
import { CredentialsRepository } from '../../workspace-data/users/credentials.repository';
import { WorkspaceContents } from '../../workspace-data/workspace-contents.repository';
import { WorkspaceSeeder } from '../workspace.seeder';

/** Distinguishes the demo from an operator's own workspace. Written first, and completed last. */
interface DemoMark {
  _id: string;
  complete: boolean;
}

export const DEMO_COLLECTION = 'ws_demo';
const MARK_ID = 'demo';

/** A workspace for trying the service: an administrator and a few users on different devices. */
@Injectable()
export class DemoWorkspace {
  constructor(
    @InjectConnection() private readonly connection: Connection,
    private readonly contents: WorkspaceContents,
    private readonly users: CredentialsRepository,
    private readonly sessions: DemoSessionsRepository,
    private readonly seeder: WorkspaceSeeder,
    private readonly workspace: NewWorkspace,
    private readonly administrator: DemoAdministrator,
    private readonly cipher: TotpSecretCipher,
    private readonly clock: Clock,
    private readonly database: DatabaseConfig,
    private readonly environment: EnvironmentConfig,
  ) {}

  /**
   * Creates the demo in an empty embedded database, or renews its administrator's credentials. Call before the service
   * accepts requests. Undefined, and unchanged, for an operator's own workspace. Throws for a real database.
   */
  async open(): Promise<DemoCredentials | undefined> {
    if (this.environment.isProduction || this.database.uri !== undefined) {
      throw new Error('The demo workspace lives on the embedded database only.');
    }
    const mark = await this.marks.findOne({ _id: MARK_ID });
    if (mark?.complete) return this.administrator.renew();
    if (!mark && (await this.workspace.findContents()).length > 0) return undefined;
    return this.seed();
  }

  private async seed(): Promise<DemoCredentials> {
    const credentials = newDemoCredentials();
    await this.setMark(false);
    await this.contents.drop();
    await this.seeder.seed();
    for (const person of DEMO_PEOPLE) {
      await this.createPerson(person, person === ADMINISTRATOR ? credentials : undefined);
    }
    await this.setMark(true);
    return credentials;
  }

  private async createPerson(person: DemoPerson, credentials?: DemoCredentials): Promise<void> {
    const hashedToken = hashLoginToken(credentials?.authToken ?? newLoginToken());
    const when = credentials ? this.clock.now() : person.session.loginAt;
    const secrets = credentials && (await storedSecrets(credentials, this.cipher));
    await this.users.create(userDocument(person, { when, hashedToken }, secrets));
    const session = sessionDocument(person, hashedToken);
    await this.sessions.replace(sessionDocumentId(person), session);
  }

  private async setMark(complete: boolean): Promise<void> {
    await this.marks.updateOne({ _id: MARK_ID }, { $set: { complete } }, { upsert: true });
  }

  private get marks() {
    return this.connection.collection<DemoMark>(DEMO_COLLECTION);
  }
}
