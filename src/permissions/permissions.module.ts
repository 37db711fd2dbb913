import { Module } from '@nestjs/common';
import { WorkspaceDataModule } from '../workspace-data/workspace-data.module';
import { PermissionGuard } from './permission.guard';
import { PermissionsService } from './permissions.service';

@Module({
  imports: [WorkspaceDataModule],
  providers: [PermissionsService, PermissionGuard],
  exports: [PermissionsService, PermissionGuard],
})
export class PermissionsModule {}
