import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { Permission, PermissionSchema } from './permissions/permission.schema';
import { PermissionsRepository } from './permissions/permissions.repository';
import { Role, RoleSchema } from './permissions/role.schema';
import { DemoSessionsRepository } from './sessions/demo-sessions.repository';
import { ForeignEndings } from './sessions/foreign-endings';
import { LoginKeysRepository } from './sessions/login-keys.repository';
import { SessionRenewalRepository } from './sessions/session-renewal.repository';
import { Session, SessionSchema } from './sessions/session.schema';
import { SessionWrites } from './sessions/session-writes';
import { SessionsRepository } from './sessions/sessions.repository';
import { AccountsRepository } from './users/accounts.repository';
import { CredentialsRepository } from './users/credentials.repository';
import { EmailCodeRepository } from './users/email-code.repository';
import { EmailFactorRepository } from './users/email-factor.repository';
import { LoginTokensRepository } from './users/login-tokens.repository';
import { PersonalAccessTokensRepository } from './users/personal-access-tokens.repository';
import { TotpSecretsRepository } from './users/totp-secrets.repository';
import { TotpRepository } from './users/totp.repository';
import { RememberedFactorsRepository } from './users/remembered-factors.repository';
import { UserNamesRepository } from './users/user-names.repository';
import { User, UserSchema } from './users/user.schema';
import { UserTokensRepository } from './users/user-tokens.repository';
import { UsersRepository } from './users/users.repository';
import { WorkspaceChanges } from './workspace-changes';
import { WorkspaceContents } from './workspace-contents.repository';

const REPOSITORIES = [
  UsersRepository,
  UserNamesRepository,
  UserTokensRepository,
  RememberedFactorsRepository,
  AccountsRepository,
  TotpRepository,
  TotpSecretsRepository,
  EmailFactorRepository,
  EmailCodeRepository,
  PersonalAccessTokensRepository,
  CredentialsRepository,
  LoginTokensRepository,
  SessionsRepository,
  LoginKeysRepository,
  DemoSessionsRepository,
  SessionWrites,
  ForeignEndings,
  SessionRenewalRepository,
  PermissionsRepository,
  WorkspaceContents,
  WorkspaceChanges,
];

/** Rocket.Chat's documents. Other rooms use the repositories: the models are not exported. */
@Module({
  imports: [
    MongooseModule.forFeature([
      { name: User.name, schema: UserSchema },
      { name: Session.name, schema: SessionSchema },
      { name: Permission.name, schema: PermissionSchema },
      { name: Role.name, schema: RoleSchema },
    ]),
  ],
  providers: REPOSITORIES,
  exports: REPOSITORIES,
})
export class WorkspaceDataModule {}
