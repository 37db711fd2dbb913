import { Module } from '@nestjs/common';
import { SealModule } from '../seal/seal.module';
import { DemoAdministrator } from './demo-administrator';
import { DemoRevocation } from './demo-revocation';
import { DemoWorkspace } from './demo-workspace';
import { IndexSurvey } from './index-survey';
import { NewWorkspace } from './new-workspace';
import { ImportNote } from './transfer/import-note';
import { WorkspaceExport } from './transfer/workspace-export';
import { WorkspaceImport } from './transfer/workspace-import';
import { WorkspaceFoundation } from './workspace-foundation';

@Module({
  imports: [SealModule],
  providers: [
    WorkspaceFoundation,
    DemoAdministrator,
    DemoRevocation,
    DemoWorkspace,
    NewWorkspace,
    IndexSurvey,
    ImportNote,
    WorkspaceExport,
    WorkspaceImport,
  ],
  exports: [
    DemoRevocation,
    DemoWorkspace,
    NewWorkspace,
    IndexSurvey,
    WorkspaceExport,
    WorkspaceImport,
  ],
})
export class WorkspaceModule {}
