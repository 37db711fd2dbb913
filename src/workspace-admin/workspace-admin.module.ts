import { Module } from '@nestjs/common';
import { SecretsModule } from '../two-factor/secrets/secrets.module';
import { DemoAdministrator } from './demo/demo-administrator.service';
import { DemoRevocation } from './demo/demo-revocation.service';
import { DemoWorkspace } from './demo/demo-workspace.service';
import { IndexInspector } from './indexes/index.inspector';
import { NewWorkspace } from './init/new-workspace.service';
import { SecretRotation } from './secret-rotation/secret-rotation.service';
import { ImportLock } from './transfer/import.lock';
import { WorkspaceExport } from './transfer/workspace-export.service';
import { WorkspaceImport } from './transfer/workspace-import.service';
import { WorkspaceDataModule } from '../workspace-data/workspace-data.module';
import { WorkspaceSeeder } from './workspace.seeder';

@Module({
  imports: [SecretsModule, WorkspaceDataModule],
  providers: [
    WorkspaceSeeder,
    DemoAdministrator,
    DemoRevocation,
    DemoWorkspace,
    NewWorkspace,
    IndexInspector,
    ImportLock,
    WorkspaceExport,
    WorkspaceImport,
    SecretRotation,
  ],
  exports: [
    DemoRevocation,
    DemoWorkspace,
    NewWorkspace,
    IndexInspector,
    WorkspaceExport,
    WorkspaceImport,
    SecretRotation,
  ],
})
export class WorkspaceAdminModule {}
