import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Model } from 'mongoose';
import { isDuplicateKey } from '../../common/errors/duplicate-key';
import { stringArray } from '../../common/validation/string-array';
import { Permission } from './permission.schema';
import { Role } from './role.schema';
import { ADMIN_ROLE, EXEMPTIONS, PERMISSIONS, ROLES } from './roles-and-permissions';

@Injectable()
export class PermissionsRepository {
  constructor(
    @InjectModel(Permission.name) private readonly permissions: Model<Permission>,
    @InjectModel(Role.name) private readonly roles: Model<Role>,
  ) {}

  /** The roles that hold a permission; none when it has no document. One read by `_id`. */
  async findHolders(permission: string): Promise<string[]> {
    const document = await this.permissions
      .findOne({ _id: permission })
      .select({ roles: 1 })
      .lean();
    return stringArray(document?.roles);
  }

  /** Creates the role `admin`; false when it exists. Of several processes, only one succeeds. */
  async createAdminRole(): Promise<boolean> {
    try {
      await this.roles.collection.insertOne(ADMIN_ROLE as never);
      return true;
    } catch (error) {
      if (isDuplicateKey(error)) return false;
      throw error;
    }
  }

  async createDefaults(): Promise<void> {
    await this.roles.collection.insertMany(ROLES as never[]);
    await this.permissions.collection.insertMany([...PERMISSIONS, ...EXEMPTIONS] as never[]);
  }
}
