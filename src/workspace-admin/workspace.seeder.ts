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
   * Seeds a database that is no workspace yet. The first insert decides between several processes: the role `admin` can
   * be created only once. From then on the workspace is ours, so its indexes may be created unasked.
   * @returns false when another process was first; nothing has been changed then
   */
  async seed(): Promise<boolean> {
    if (!(await this.permissions.createAdminRole())) return false;
    await this.contents.createIndexes();
    await this.permissions.createDefaults();
    return true;
  }
}
