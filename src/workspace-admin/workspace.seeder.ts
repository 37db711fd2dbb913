import { Injectable } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { Connection } from 'mongoose';
import { isDuplicateKey } from '../common/errors/duplicate-key';
import {
  ADMIN_ROLE,
  PERMISSIONS,
  ROLES,
  StoredRole,
} from '../workspace-data/permissions/roles-and-permissions';
import { WORKSPACE_INDEXES } from '../workspace-data/workspace-indexes';

/** What every workspace stands on: roles, permissions and indexes. */
@Injectable()
export class WorkspaceSeeder {
  constructor(@InjectConnection() private readonly connection: Connection) {}

  /**
   * Lays it in a database that is no workspace yet. The first insert decides between several who do so at once: the
   * role `admin` can be made only once. From then on the workspace is ours, so that its indexes may be made unasked.
   * @returns false when somebody else was first; nothing has been changed then
   */
  async seed(): Promise<boolean> {
    if (!(await this.claim())) return false;
    for (const [collection, indexes] of Object.entries(WORKSPACE_INDEXES)) {
      await this.connection.collection(collection).createIndexes(indexes);
    }
    await this.roles.insertMany(ROLES);
    await this.connection
      .collection<{ _id: string }>('rocketchat_permissions')
      .insertMany(PERMISSIONS);
    return true;
  }

  private async claim(): Promise<boolean> {
    try {
      await this.roles.insertOne(ADMIN_ROLE);
      return true;
    } catch (error) {
      if (isDuplicateKey(error)) return false;
      throw error;
    }
  }

  private get roles() {
    return this.connection.collection<StoredRole>('rocketchat_roles');
  }
}
