/** A document of `rocketchat_roles` (contract §2). */
export interface StoredRole {
  _id: string;
  name: string;
  description: string;
  protected: boolean;
  /** Held everywhere, or within a room. */
  scope: 'Users' | 'Subscriptions';
}

/** The role that is held by whoever may administer a new workspace. */
export const ADMIN_ROLE = role('admin', 'Users', 'Administrator');

/** The role that is held by everybody who has an account of their own. */
const USER_ROLE = role('user', 'Users');

/** The other roles that a workspace comes with; the original knows them by these names. */
export const ROLES: StoredRole[] = [
  USER_ROLE,
  role('bot', 'Users'),
  role('app', 'Users'),
  role('guest', 'Users'),
  role('anonymous', 'Users'),
  role('owner', 'Subscriptions', 'Owner of a room'),
  role('moderator', 'Subscriptions', 'Moderator of a room'),
  role('leader', 'Subscriptions', 'Leader of a room'),
];

/** The documents of `rocketchat_permissions` that this service asks for, held as in the original (contract §2 and §3). */
export const PERMISSIONS = [
  { _id: 'view-device-management', roles: [ADMIN_ROLE.name] },
  { _id: 'logout-device-management', roles: [ADMIN_ROLE.name] },
  { _id: 'edit-other-user-totp', roles: [ADMIN_ROLE.name] },
  { _id: 'create-personal-access-tokens', roles: [ADMIN_ROLE.name, USER_ROLE.name] },
];

function role(name: string, scope: StoredRole['scope'], description = ''): StoredRole {
  return { _id: name, name, description, protected: true, scope };
}
