import { Role } from './role.schema';

/** The role of the administrator of a new workspace. */
export const ADMIN_ROLE = role('admin', 'Users', 'Administrator');

/** The role of every user with an account. */
const USER_ROLE = role('user', 'Users');

/** The other roles that a workspace comes with; Rocket.Chat knows them by these names. */
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

/** The documents of `rocketchat_permissions` that this service asks for, held as in Rocket.Chat (contract §2 and §3). */
export const PERMISSIONS = [
  { _id: 'view-device-management', roles: [ADMIN_ROLE.name] },
  { _id: 'logout-device-management', roles: [ADMIN_ROLE.name] },
  { _id: 'edit-other-user-totp', roles: [ADMIN_ROLE.name] },
  { _id: 'create-personal-access-tokens', roles: [ADMIN_ROLE.name, USER_ROLE.name] },
];

function role(name: string, scope: Role['scope'], description = ''): Role {
  return { _id: name, name, description, protected: true, scope };
}
