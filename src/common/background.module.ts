import { Global, Module } from '@nestjs/common';
import { Background } from './background';

/** One for all, so that whoever waits for it waits for everything. */
@Global()
@Module({ providers: [Background], exports: [Background] })
export class BackgroundModule {}
