/** The collections of a Rocket.Chat workspace that this service knows (contract §2). Everything else imports the names. */
export const USERS_COLLECTION = 'users';
export const SESSIONS_COLLECTION = 'rocketchat_sessions';
export const ROLES_COLLECTION = 'rocketchat_roles';
export const PERMISSIONS_COLLECTION = 'rocketchat_permissions';

/** Users and sessions first: either of them shows that the workspace is in use, not merely seeded. */
export const WORKSPACE_COLLECTIONS = [
  USERS_COLLECTION,
  SESSIONS_COLLECTION,
  ROLES_COLLECTION,
  PERMISSIONS_COLLECTION,
] as const;

export type WorkspaceCollection = (typeof WORKSPACE_COLLECTIONS)[number];
