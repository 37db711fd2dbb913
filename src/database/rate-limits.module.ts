import { Module } from '@nestjs/common';
import { OwnCollectionsModule } from './own-collections.module';
import { RateLimitRecord, RateLimitRecordSchema } from './rate-limit-record.schema';
import { SlidingWindowLimiter } from './sliding-window.limiter';

@Module({
  imports: [
    OwnCollectionsModule.forFeature({ name: RateLimitRecord.name, schema: RateLimitRecordSchema }),
  ],
  providers: [SlidingWindowLimiter],
  exports: [SlidingWindowLimiter],
})
export class RateLimitsModule {}
