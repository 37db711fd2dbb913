import { Module } from '@nestjs/common';
import { DemoWorkspace } from './demo-workspace';
import { WorkspaceFoundation } from './workspace-foundation';

@Module({ providers: [WorkspaceFoundation, DemoWorkspace], exports: [DemoWorkspace] })
export class WorkspaceModule {}
