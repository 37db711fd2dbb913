import { Module } from '@nestjs/common';
import { UsersModule } from '../users/users.module';
import { CodeHasher } from './code-hasher';
import { Resealing } from './resealing.service';
import { SealAlarm } from './seal-alarm';
import { SecretSeal } from './secret-seal';

@Module({
  imports: [UsersModule],
  providers: [SecretSeal, CodeHasher, SealAlarm, Resealing],
  exports: [SecretSeal, CodeHasher, SealAlarm, Resealing],
})
export class SealModule {}
