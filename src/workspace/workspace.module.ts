import { Module } from '@nestjs/common';
import { DemoWorkspace } from './demo-workspace';

@Module({ providers: [DemoWorkspace], exports: [DemoWorkspace] })
export class WorkspaceModule {}
