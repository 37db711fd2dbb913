import { Global, Module } from '@nestjs/common';
import { BackgroundTasks } from './background-tasks.service';

/** One for all, so that whoever waits for it waits for everything. */
@Global()
@Module({ providers: [BackgroundTasks], exports: [BackgroundTasks] })
export class BackgroundModule {}
