import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock/clock';
import {
  DemandedPermission,
  ExemptingPermission,
} from '../workspace-data/permissions/demanded-permission';
import { PermissionsRepository } from '../workspace-data/permissions/permissions.repository';

/** How long a process may use a cached permission; the README promises this figure. */
export const PERMISSION_CACHE_MS = 3000;

@Injectable()
export class PermissionsService {
  private readonly cache = new Map<string, { roles: Promise<Set<string>>; readAt: number }>();

  constructor(
    private readonly permissions: PermissionsRepository,
    private readonly clock: Clock,
  ) {}

  /** A permission without a document is held by no role. */
  async isGranted(
    permission: DemandedPermission | ExemptingPermission,
    roles: readonly string[],
  ): Promise<boolean> {
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
    return new Set(await this.permissions.findHolders(permission));
  }
}
