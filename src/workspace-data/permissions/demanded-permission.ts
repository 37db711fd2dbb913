/** The permissions that routes of this service demand (contract §3). A new workspace is seeded with each of them. */
export type DemandedPermission =
  | 'view-device-management'
  | 'logout-device-management'
  | 'edit-other-user-totp'
  | 'create-personal-access-tokens'
  | 'can-audit'
  | 'logout-other-user';

/** Exempts from a limit (contract §7). No route demands it. */
export type ExemptingPermission = 'api-bypass-rate-limit';
