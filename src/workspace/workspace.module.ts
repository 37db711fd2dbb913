import { Module } from '@nestjs/common';
import { SealModule } from '../seal/seal.module';
import { DemoAdministrator } from './demo-administrator';
import { DemoWorkspace } from './demo-workspace';
import { IndexSurvey } from './index-survey';
import { NewWorkspace } from './new-workspace';
import { WorkspaceFoundation } from './workspace-foundation';

@Module({
  imports: [SealModule],
  providers: [WorkspaceFoundation, DemoAdministrator, DemoWorkspace, NewWorkspace, IndexSurvey],
  exports: [DemoWorkspace, NewWorkspace, IndexSurvey],
})
export class WorkspaceModule {}
