import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Model } from 'mongoose';
import { Clock } from '../common/clock/clock';
import { stringArray } from '../common/validation/string-array';
import { DemandedPermission } from '../workspace-data/permissions/demanded-permission';
import { Permission } from '../workspace-data/permissions/permission.schema';

/** How long a process may use a cached permission; the README promises this figure. */
export const PERMISSION_CACHE_MS = 3000;

@Injectable()
export class PermissionsService {
  private readonly cache = new Map<string, { roles: Promise<Set<string>>; readAt: number }>();

  constructor(
    @InjectModel(Permission.name) private readonly permissions: Model<Permission>,
    private readonly clock: Clock,
  ) {}

  /** A permission without a document is held by no role. */
  async isGranted(permission: DemandedPermission, roles: readonly string[]): Promise<boolean> {
    const holders = await this.holdersOf(permission);
    return roles.some((role) => holders.has(role));
  }

  /** One read per permission and cache period. A failed read is forgotten at once, so the next request tries again. */
  private holdersOf(permission: string): Promise<Set<string>> {
    const now = this.clock.now().getTime();
    const cached = this.cache.get(permission);
    if (cached && Math.abs(now - cached.readAt) < PERMISSION_CACHE_MS) return cached.roles;

    const roles = this.read(permission);
    this.cache.set(permission, { roles, readAt: now });
    // May delete a newer entry, which only costs one more read.
    roles.catch(() => this.cache.delete(permission));
    return roles;
  }

  private async read(permission: string): Promise<Set<string>> {
    const document = await this.permissions
      .findOne({ _id: permission })
      .select({ roles: 1 })
      .lean();
    return new Set(stringArray(document?.roles));
  }
}
