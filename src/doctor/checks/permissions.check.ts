import { mongo } from 'mongoose';
import { stringArray } from '../../common/validation/string-array';
import { PERMISSIONS } from '../../workspace-data/permissions/roles-and-permissions';
import { Check } from '../check';
import { fail, Finding, ok, warn } from '../finding';
import { PERMISSIONS_COLLECTION, USERS_COLLECTION } from '../../workspace-data/collections';

/** Without these two, administrators cannot manage sessions. */
const ESSENTIAL = ['view-device-management', 'logout-device-management'];

export interface PermissionFacts {
  id: string;
  /** Undefined when the permission has no document. */
  roles: string[] | undefined;
  /** The number of active users with one of these roles. */
  holders: number;
  /** How many of these have neither TOTP nor e-mail codes. */
  withoutFactor: number;
}

export function assessPermissions(permissions: PermissionFacts[]): Finding {
  const essential = permissions.filter(({ id }) => ESSENTIAL.includes(id));
  const undefinedOnes = essential.filter(({ roles }) => roles === undefined).map(({ id }) => id);
  if (undefinedOnes.length > 0) {
    return fail(
      `no document in rocketchat_permissions, so every user is denied: ${undefinedOnes.join(', ')}`,
      'Start Rocket.Chat, which creates its permissions, or insert {_id, roles: ["admin"]} for each.',
    );
  }
  const unheld = essential.filter(({ holders }) => holders === 0);
  if (unheld.length > 0) {
    return fail(
      `no active user holds ${unheld.map(({ id, roles = [] }) => `${id} (roles: ${roles.join(', ') || 'none'})`).join(', ')}`,
      'Give one of these roles to an administrator.',
    );
  }
  const missing = permissions.filter(({ roles }) => roles === undefined).map(({ id }) => id);
  if (missing.length > 0) {
    return warn(
      `no document in rocketchat_permissions, so every user is denied: ${missing.join(', ')}`,
      'Insert {_id, roles: […]} for each that a role should hold.',
    );
  }
  const found = essential
    .map(({ id, roles = [], holders }) => `${id}: ${roles.join(', ')} (${holders} active)`)
    .join('; ');
  const bare = Math.max(...essential.map(({ withoutFactor }) => withoutFactor));
  return bare === 0
    ? ok(found)
    : warn(
        `${found}; ${bare} of the holders have no second factor except their password`,
        'Let them set up TOTP: POST /api/v1/users.enableTotp.',
      );
}

/** Counts users, and names none. */
export const PERMISSIONS_CHECK: Check = {
  name: 'permissions',
  run: async ({ db, configuration: { database } }) => {
    const options = { maxTimeMS: database.timeoutMs };
    const facts: PermissionFacts[] = [];
    for (const { _id: id } of PERMISSIONS) {
      facts.push(await readFacts(db, id, options));
    }
    return assessPermissions(facts);
  },
};

async function readFacts(
  db: mongo.Db,
  id: string,
  options: { maxTimeMS: number },
): Promise<PermissionFacts> {
  const permissions = db.collection<{ _id: string; roles?: unknown }>(PERMISSIONS_COLLECTION);
  const document = await permissions.findOne({ _id: id }, options);
  if (!document) return { id, roles: undefined, holders: 0, withoutFactor: 0 };
  const roles = stringArray(document.roles);
  const users = db.collection(USERS_COLLECTION);
  const holding = { active: true, roles: { $in: roles } };
  const holders = await users.countDocuments(holding, options);
  const bare = {
    ...holding,
    'services.totp.enabled': { $ne: true },
    'services.email2fa.enabled': { $ne: true },
  };
  const withoutFactor = holders === 0 ? 0 : await users.countDocuments(bare, options);
  return { id, roles, holders, withoutFactor };
}
