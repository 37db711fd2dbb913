import { Module } from '@nestjs/common';
import { UsersModule } from '../users/users.module';
import { Resealing } from './resealing.service';
import { SealAlarm } from './seal-alarm';
import { SecretSeal } from './secret-seal';

@Module({
  imports: [UsersModule],
  providers: [SecretSeal, SealAlarm, Resealing],
  exports: [SecretSeal, SealAlarm, Resealing],
})
export class SealModule {}
