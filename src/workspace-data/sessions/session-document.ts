import { randomUUID } from 'node:crypto';
import { Client } from '../../common/http/client';
import { randomId } from '../../common/crypto/random-id';
import { recogniseDevice } from './device/device';

/** A login, and the program that uses it. */
export interface Login {
  userId: string;
  roles: readonly string[];
  hashedToken: string;
  client: Client;
  /** The Host header. */
  host: string;
  /** When it began; now, unless its record is made anew. */
  loginAt?: Date;
}

/** Tells this process from others, in the records that it makes. */
const INSTANCE_ID = randomUUID();

/** What a record says of the last time that its token was seen. */
interface LastUse {
  type: 'session';
  year: number;
  month: number;
  day: number;
  closedAt: Date;
  lastActivityAt: Date;
  _updatedAt: Date;
}

/**
 * The fields of a record that change with each renewal. To the workspace it is the record of a connection of today that
 * has been closed: its nightly job adds it up and lets it be for 45 days more, and none of its jobs takes it for an open
 * socket, of which it would make a copy each day.
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

/** A new record of a login, as the workspace stores it (contract §2), but for its `_id`. */
export function newSessionDocument(login: Login, now: Date): object {
  const { userId, roles, hashedToken, client, host, loginAt = now } = login;
  const sessionId = randomId();
  const device = recogniseDevice(client.userAgent);
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
    searchTerm: [device.name, device.type, device.os.name, sessionId, userId].join(''),
    createdAt: now,
    ...usedAt(now),
  };
}

/** The role by which the workspace counts a user in its statistics. */
function mostImportantRole(roles: readonly string[]): string {
  return ['admin', 'user'].find((role) => roles.includes(role)) ?? roles[0] ?? 'no-role';
}
