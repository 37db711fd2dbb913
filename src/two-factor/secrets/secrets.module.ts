import { Module } from '@nestjs/common';
import { WorkspaceDataModule } from '../../workspace-data/workspace-data.module';
import { BackupCodeHasher } from './backup-code.hasher';
import { SecretRotation } from '../../workspace-admin/secret-rotation/secret-rotation.service';
import { UnreadableSecretLog } from './unreadable-secret.log';
import { TotpSecretCipher } from './totp-secret.cipher';

@Module({
  imports: [WorkspaceDataModule],
  providers: [TotpSecretCipher, BackupCodeHasher, UnreadableSecretLog, SecretRotation],
  exports: [TotpSecretCipher, BackupCodeHasher, UnreadableSecretLog, SecretRotation],
})
export class SecretsModule {}
