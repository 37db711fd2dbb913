import { randomUUID } from 'node:crypto';
import { Client } from '../../common/http/client';
import { randomId } from '../../common/crypto/random-id';
import { recogniseDevice } from './device/device';
import { LoginKey } from './session-writes';
import { StoredDevice } from './stored-device';

/** A login, and the client that uses it. */
export interface Login {
  userId: string;
  roles: readonly string[];
  hashedToken: string;
  client: Client;
  host: string;
  loginAt?: Date;
  sessionId?: string;
  device?: StoredDevice;
}

const INSTANCE_ID = randomUUID();

export interface LastUse {
  type: 'session';
  year: number;
  month: number;
  day: number;
  closedAt: Date;
  lastActivityAt: Date;
  _updatedAt: Date;
}

/** A session document as this service creates it (contract §2), without its `_id`. */
export interface NewSessionDocument extends LastUse {
  sessionId: string;
  instanceId: string;
  userId: string;
  loginToken: string;
  ip: string;
  host: string;
  device: StoredDevice;
  roles: string[];
  mostImportantRole: string;
  loginAt: Date;
  searchTerm: string;
  createdAt: Date;
}

export function loginOf({ loginToken, userId }: NewSessionDocument): LoginKey {
  return { token: loginToken, owner: userId };
}

/**
 * What each renewal changes. With `closedAt`, Rocket.Chat's nightly job keeps the document for another 45 days and
 * never copies it, as it copies those of open sockets.
 */
export function usedAt(now: Date): LastUse {
  return {
    type: 'session',
    year: now.getUTCFullYear(),
    month: now.getUTCMonth() + 1,
    day: now.getUTCDate(),
    closedAt: now,
    lastActivityAt: now,
    _updatedAt: now,
  };
}

/** The only builder of session documents. The caller adds the `_id`. */
export function newSessionDocument(login: Login, now: Date): NewSessionDocument {
  const { userId, roles, hashedToken, client, host, loginAt = now } = login;
  const { sessionId = randomId(), device = recogniseDevice(client.userAgent) } = login;
  return {
    sessionId,
    instanceId: INSTANCE_ID,
    userId,
    loginToken: hashedToken,
    ip: client.address,
    host,
    device,
    roles: [...roles],
    mostImportantRole: mostImportantRole(roles),
    loginAt,
    searchTerm: [device.name, device.type, device.os?.name, sessionId, userId].join(''),
    createdAt: now,
    ...usedAt(now),
  };
}

/** The role by which Rocket.Chat counts a user in its statistics. */
function mostImportantRole(roles: readonly string[]): string {
  return ['admin', 'user'].find((role) => roles.includes(role)) ?? roles[0] ?? 'no-role';
}
