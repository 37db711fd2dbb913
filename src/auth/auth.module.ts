import { Module } from '@nestjs/common';
import { WorkspaceDataModule } from '../workspace-data/workspace-data.module';
import { AuthGuard } from './auth.guard';
import { BcryptQueue } from './bcrypt.queue';
import { CallersService } from './callers.service';
import { BcryptHasher } from './bcrypt.hasher';
import { TokenUses } from './token-uses';

@Module({
  imports: [WorkspaceDataModule],
  providers: [AuthGuard, BcryptQueue, CallersService, BcryptHasher, TokenUses],
  exports: [AuthGuard, BcryptQueue, CallersService, BcryptHasher, TokenUses, WorkspaceDataModule],
})
export class AuthModule {}
