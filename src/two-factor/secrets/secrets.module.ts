import { Module } from '@nestjs/common';
import { WorkspaceDataModule } from '../../workspace-data/workspace-data.module';
import { BackupCodeHasher } from './backup-code.hasher';
import { UnreadableSecretLog } from './unreadable-secret.log';
import { TotpSecretCipher } from './totp-secret.cipher';

@Module({
  imports: [WorkspaceDataModule],
  providers: [TotpSecretCipher, BackupCodeHasher, UnreadableSecretLog],
  exports: [TotpSecretCipher, BackupCodeHasher, UnreadableSecretLog],
})
export class SecretsModule {}
