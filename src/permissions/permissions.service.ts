import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock/clock';
import { DemandedPermission } from '../workspace-data/permissions/demanded-permission';
import { PermissionsRepository } from '../workspace-data/permissions/permissions.repository';

/** For how long a process may act on what it last read of a permission. The README promises this figure. */
export const PERMISSION_CACHE_MS = 3000;

/** What the workspace's roles may do. */
@Injectable()
export class PermissionsService {
  private readonly cache = new Map<string, { roles: Promise<Set<string>>; readAt: number }>();

  constructor(
    private readonly permissions: PermissionsRepository,
    private readonly clock: Clock,
  ) {}

  /** Whether any one of the roles holds the permission. A permission that has no document is held by nobody. */
  async isGranted(permission: DemandedPermission, roles: readonly string[]): Promise<boolean> {
    const holders = await this.holdersOf(permission);
    return roles.some((role) => holders.has(role));
  }

  /**
   * One read per permission and `PERMISSION_CACHE_MS`, however many requests ask meanwhile. A failed read is forgotten
   * at once: every request that waited for it fails, and the next one asks again.
   */
  private holdersOf(permission: string): Promise<Set<string>> {
    const now = this.clock.now().getTime();
    const cached = this.cache.get(permission);
    if (cached && Math.abs(now - cached.readAt) < PERMISSION_CACHE_MS) return cached.roles;

    const roles = this.read(permission);
    this.cache.set(permission, { roles, readAt: now });
    // If a later read has taken its place meanwhile, that one is made again: no harm.
    roles.catch(() => this.cache.delete(permission));
    return roles;
  }

  private async read(permission: string): Promise<Set<string>> {
    return new Set(await this.permissions.findHolders(permission));
  }
}
