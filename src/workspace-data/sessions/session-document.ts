import { randomUUID } from 'node:crypto';
import { Client } from '../../common/http/client';
import { randomId } from '../../common/crypto/random-id';
import { recogniseDevice } from './device/device';
import { StoredDevice } from './stored-device';

/** A login, and the program that uses it. */
export interface Login {
  userId: string;
  roles: readonly string[];
  hashedToken: string;
  client: Client;
  /** The Host header. */
  host: string;
  /** When it began; now, unless its document is recreated. */
  loginAt?: Date;
  /** Random, unless it is given. */
  sessionId?: string;
  /** Recognised by the user agent, unless it is given. */
  device?: StoredDevice;
}

/** Tells this process from others, in the documents that it creates. */
const INSTANCE_ID = randomUUID();

/** What a session document says of the last time that its token was seen. */
export interface LastUse {
  type: 'session';
  year: number;
  month: number;
  day: number;
  closedAt: Date;
  lastActivityAt: Date;
  _updatedAt: Date;
}

/** A session document as this service creates it (contract §2), but for its `_id`. */
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

/**
 * The fields of a session document that change with each renewal. To the workspace it is that of a connection of today
 * that has been closed: its nightly job aggregates it and keeps it for 45 days more, and none of its jobs takes it for an
 * open socket, which it would copy each day.
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

/** The one builder of session documents. The `_id` is left to its caller. */
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

/** The role by which the workspace counts a user in its statistics. */
function mostImportantRole(roles: readonly string[]): string {
  return ['admin', 'user'].find((role) => roles.includes(role)) ?? roles[0] ?? 'no-role';
}
