import { DynamicModule, Global, Module } from '@nestjs/common';
import { Configuration } from './configuration';

/** Provides each part of the validated configuration to every module, by its class. */
@Global()
@Module({})
export class ConfigModule {
  static forRoot({ parts }: Configuration): DynamicModule {
    return {
      module: ConfigModule,
      providers: parts.map((part) => ({ provide: part.constructor, useValue: part })),
      exports: parts.map((part) => part.constructor),
    };
  }
}
