import { DynamicModule, Global, Module } from '@nestjs/common';
import { Configuration } from './configuration';

/** Offers the one configuration object, judged before Nest starts, to every module. */
@Global()
@Module({})
export class ConfigModule {
  static forRoot(configuration: Configuration): DynamicModule {
    return {
      module: ConfigModule,
      providers: [{ provide: Configuration, useValue: configuration }],
      exports: [Configuration],
    };
  }
}
