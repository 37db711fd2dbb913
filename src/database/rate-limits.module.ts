import { Module } from '@nestjs/common';
import { FixedWindowCounter } from './fixed-window.counter';
import { OwnCollectionsModule } from './own-collections.module';
import { RateLimitRecord, RateLimitRecordSchema } from './rate-limit-record.schema';
import { SlidingWindowLimiter } from './sliding-window.limiter';

@Module({
  imports: [
    OwnCollectionsModule.forFeature({ name: RateLimitRecord.name, schema: RateLimitRecordSchema }),
  ],
  providers: [SlidingWindowLimiter, FixedWindowCounter],
  exports: [SlidingWindowLimiter, FixedWindowCounter],
})
export class RateLimitsModule {}
