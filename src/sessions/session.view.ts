import { SessionView } from './session.shapes';
import { UserProfile } from '../workspace-data/users/users.repository';
import { StoredDevice } from '../workspace-data/sessions/stored-device';
import { StoredSession } from '../workspace-data/sessions/stored-session';

/** Fields that are not stored are left out, as is an owner who no longer exists. */
export function viewSession(
  sessionId: string,
  session: StoredSession,
  owner: UserProfile | undefined,
): SessionView {
  return { sessionId, ...viewFields(session), ...viewUser(owner), _id: sessionId };
}

/** What the ids and the owner of a session enclose. */
export function viewFields({
  userId,
  device,
  host,
  ip,
  loginAt,
}: Omit<StoredSession, 'logoutAt'>): Omit<SessionView, 'sessionId' | '_user' | '_id'> {
  return {
    ...defined({ userId }),
    device: isRecord(device) ? viewDevice(device) : null,
    host: host ?? null,
    ...defined({ ip }),
    ...defined({ loginAt }),
  };
}

export function viewUser(owner: UserProfile | undefined): Pick<SessionView, '_user'> {
  return owner ? { _user: viewOwner(owner) } : {};
}

function viewDevice({ type, name, longVersion, os, version }: StoredDevice): StoredDevice {
  return defined({
    type,
    name,
    longVersion,
    os: isRecord(os) ? defined({ name: os.name, version: os.version }) : undefined,
    version,
  });
}

function viewOwner({ name, username, avatarETag, avatarOrigin }: UserProfile): UserProfile {
  return defined({ name, username, avatarETag, avatarOrigin });
}

/** Other programs write devices too, so the stored value may not match its type. */
function isRecord<T extends object>(value: T | undefined): value is T {
  return value instanceof Object && !Array.isArray(value);
}

type Defined<T> = { [K in keyof T]?: NonNullable<T[K]> };

/** The fields with a value, in their order. Called for every row of a list, so it makes no other objects. */
function defined<T extends object>(fields: T): Defined<T> {
  const kept: Partial<T> = {};
  for (const name of Object.keys(fields) as (keyof T)[]) {
    const value = fields[name];
    if (value !== undefined && value !== null) kept[name] = value;
  }
  return kept as Defined<T>;
}
