import { Module } from '@nestjs/common';
import { SealModule } from '../seal/seal.module';
import { DemoAdministrator } from './demo-administrator';
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
    DemoWorkspace,
    NewWorkspace,
    IndexSurvey,
    ImportNote,
    WorkspaceExport,
    WorkspaceImport,
  ],
  exports: [DemoWorkspace, NewWorkspace, IndexSurvey, WorkspaceExport, WorkspaceImport],
})
export class WorkspaceModule {}
