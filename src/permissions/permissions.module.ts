import { Module } from '@nestjs/common';
import { WorkspaceDataModule } from '../workspace-data/workspace-data.module';
import { LoginAgeGuard } from './login-age.guard';
import { PermissionGuard } from './permission.guard';
import { PermissionsService } from './permissions.service';

@Module({
  imports: [WorkspaceDataModule],
  providers: [PermissionsService, PermissionGuard, LoginAgeGuard],
  exports: [PermissionsService, PermissionGuard, LoginAgeGuard],
})
export class PermissionsModule {}
