import { Module } from '@nestjs/common';
import { DemoWorkspace } from './demo-workspace';
import { IndexSurvey } from './index-survey';
import { NewWorkspace } from './new-workspace';
import { WorkspaceFoundation } from './workspace-foundation';

@Module({
  providers: [WorkspaceFoundation, DemoWorkspace, NewWorkspace, IndexSurvey],
  exports: [DemoWorkspace, NewWorkspace, IndexSurvey],
})
export class WorkspaceModule {}
