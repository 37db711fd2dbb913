import { Module } from '@nestjs/common';
import { SealModule } from '../seal/seal.module';
import { DemoWorkspace } from './demo-workspace';
import { IndexSurvey } from './index-survey';
import { NewWorkspace } from './new-workspace';
import { WorkspaceFoundation } from './workspace-foundation';

@Module({
  imports: [SealModule],
  providers: [WorkspaceFoundation, DemoWorkspace, NewWorkspace, IndexSurvey],
  exports: [DemoWorkspace, NewWorkspace, IndexSurvey],
})
export class WorkspaceModule {}
