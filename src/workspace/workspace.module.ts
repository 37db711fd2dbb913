import { Module } from '@nestjs/common';
import { DemoWorkspace } from './demo-workspace';
import { NewWorkspace } from './new-workspace';
import { WorkspaceFoundation } from './workspace-foundation';

@Module({
  providers: [WorkspaceFoundation, DemoWorkspace, NewWorkspace],
  exports: [DemoWorkspace, NewWorkspace],
})
export class WorkspaceModule {}
