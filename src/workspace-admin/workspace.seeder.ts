import { Injectable } from '@nestjs/common';
import { PermissionsRepository } from '../workspace-data/permissions/permissions.repository';
import { WorkspaceContents } from '../workspace-data/workspace-contents.repository';

/** Creates what every workspace starts with: roles, permissions and indexes. */
@Injectable()
export class WorkspaceSeeder {
  constructor(
    private readonly permissions: PermissionsRepository,
    private readonly contents: WorkspaceContents,
  ) {}

  /**
   * Seeds an empty database. The first insert, of the role `admin`, decides between concurrent runs; from then on the
   * workspace is ours, and its indexes may be created. False, and unchanged, when another run was first.
   */
  async seed(): Promise<boolean> {
    if (!(await this.permissions.createAdminRole())) return false;
    await this.contents.createIndexes();
    await this.permissions.createDefaults();
    return true;
  }
}
