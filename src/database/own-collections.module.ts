import { DynamicModule, Inject, Module, OnModuleInit } from '@nestjs/common';
import { getModelToken, ModelDefinition, MongooseModule } from '@nestjs/mongoose';
import { Model } from 'mongoose';
import { OwnDocument } from './own-document';

const OWN_MODELS = Symbol('own models');

/**
 * Registers the models of our own collections and makes their indexes at the start. Those of Rocket.Chat's collections
 * belong to the operator and are never made unasked; these are ours.
 */
@Module({})
export class OwnCollectionsModule implements OnModuleInit {
  constructor(@Inject(OWN_MODELS) private readonly models: Model<OwnDocument>[]) {}

  /** @param definitions each with a schema made by `ownSchema` */
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

  /** The service does not start without them: records that nothing removes would pile up. */
  async onModuleInit(): Promise<void> {
    await Promise.all(this.models.map((model) => model.createIndexes()));
  }
}
