import { Module } from '@nestjs/common';
import { OwnCollectionsModule } from './own-collections.module';
import { RateLimitRecord, RateLimitRecordSchema } from './rate-limit-record.schema';
import { SlidingWindowLimiter } from './sliding-window.limiter';

/** The rate limiter, for whatever has to limit something across processes. */
@Module({
  imports: [
    OwnCollectionsModule.forFeature({ name: RateLimitRecord.name, schema: RateLimitRecordSchema }),
  ],
  providers: [SlidingWindowLimiter],
  exports: [SlidingWindowLimiter],
})
export class RateLimitsModule {}
