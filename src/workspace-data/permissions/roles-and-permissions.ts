import { DemandedPermission, ExemptingPermission } from './demanded-permission';
import { Role } from './role.schema';

export const ADMIN_ROLE = role('admin', 'Users', 'Administrator');

const USER_ROLE = role('user', 'Users');

/** Rocket.Chat knows them by these names. */
export const ROLES: Role[] = [
  USER_ROLE,
  role('bot', 'Users'),
  role('app', 'Users'),
  role('guest', 'Users'),
  role('anonymous', 'Users'),
  role('owner', 'Subscriptions', 'Owner of a room'),
  role('moderator', 'Subscriptions', 'Moderator of a room'),
  role('leader', 'Subscriptions', 'Leader of a room'),
];

/** The same roles as in Rocket.Chat. The record over the union keeps any permission from being forgotten. */
const HOLDERS: Record<DemandedPermission, string[]> = {
  'view-device-management': [ADMIN_ROLE.name],
  'logout-device-management': [ADMIN_ROLE.name],
  'edit-other-user-totp': [ADMIN_ROLE.name],
  'create-personal-access-tokens': [ADMIN_ROLE.name, USER_ROLE.name],
  'can-audit': [ADMIN_ROLE.name],
  'logout-other-user': [ADMIN_ROLE.name],
};

/** As in Rocket.Chat. Administrators can still act while somebody uses up the limit of a user whose token they stole. */
const EXEMPT: Record<ExemptingPermission, string[]> = {
  'api-bypass-rate-limit': [ADMIN_ROLE.name, 'bot', 'app'],
};

/** Without one of these, nobody may use the routes that demand it. */
export const PERMISSIONS = documents(HOLDERS);
export const EXEMPTIONS = documents(EXEMPT);

function documents(holders: Record<string, string[]>): { _id: string; roles: string[] }[] {
  return Object.entries(holders).map(([_id, roles]) => ({ _id, roles }));
}

function role(name: string, scope: Role['scope'], description = ''): Role {
  return { _id: name, name, description, protected: true, scope };
}
