import { DynamicModule, Inject, Module, OnModuleInit } from '@nestjs/common';
import { getModelToken, ModelDefinition, MongooseModule } from '@nestjs/mongoose';
import { Model } from 'mongoose';
import { OwnDocument } from './own-document';

const OWN_MODELS = Symbol('own models');

/** Creates the indexes of our own collections at startup; Rocket.Chat's indexes are left to the operator. */
@Module({})
export class OwnCollectionsModule implements OnModuleInit {
  constructor(@Inject(OWN_MODELS) private readonly models: Model<OwnDocument>[]) {}

  static forFeature(...definitions: ModelDefinition[]): DynamicModule {
    return {
      module: OwnCollectionsModule,
      imports: [MongooseModule.forFeature(definitions)],
      providers: [
        {
          provide: OWN_MODELS,
          inject: definitions.map(({ name }) => getModelToken(name)),
          useFactory: (...models: Model<OwnDocument>[]) => models,
        },
      ],
      exports: [MongooseModule],
    };
  }

  /** Required at startup: without TTL indexes, documents would pile up. */
  async onModuleInit(): Promise<void> {
    await Promise.all(this.models.map((model) => model.createIndexes()));
  }
}
