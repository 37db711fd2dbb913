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

/** The other roles that a workspace comes with; the original knows them by these names. */
export const ROLES: StoredRole[] = [
  role('user', 'Users'),
  role('bot', 'Users'),
  role('app', 'Users'),
  role('guest', 'Users'),
  role('anonymous', 'Users'),
  role('owner', 'Subscriptions', 'Owner of a room'),
  role('moderator', 'Subscriptions', 'Moderator of a room'),
  role('leader', 'Subscriptions', 'Leader of a room'),
];

/** The documents of `rocketchat_permissions` that this service asks for (contract §2 and §3). */
export const PERMISSIONS = [
  'view-device-management',
  'logout-device-management',
  'edit-other-user-totp',
].map((permission) => ({ _id: permission, roles: [ADMIN_ROLE.name] }));

function role(name: string, scope: StoredRole['scope'], description = ''): StoredRole {
  return { _id: name, name, description, protected: true, scope };
}
