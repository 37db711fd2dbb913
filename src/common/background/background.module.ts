import { Global, Module } from '@nestjs/common';
import { BackgroundTasks } from './background-tasks.service';

/** Global, so that the shutdown waits for the tasks of every module. */
@Global()
@Module({ providers: [BackgroundTasks], exports: [BackgroundTasks] })
export class BackgroundModule {}
