import { Module } from '@nestjs/common';
import { DemoAdministrator } from './demo-administrator';
import { DemoWorkspace } from './demo-workspace';
import { IndexSurvey } from './index-survey';
import { NewWorkspace } from './new-workspace';
import { WorkspaceFoundation } from './workspace-foundation';

@Module({
  providers: [WorkspaceFoundation, DemoAdministrator, DemoWorkspace, NewWorkspace, IndexSurvey],
  exports: [DemoWorkspace, NewWorkspace, IndexSurvey],
})
export class WorkspaceModule {}
