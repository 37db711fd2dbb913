import { mongo } from 'mongoose';
import { LoginKey } from '../workspace-data/sessions/session-writes';
import { LiveLogin } from '../workspace-data/sessions/sessions.repository';
import { UserProfile } from '../workspace-data/users/users.repository';
import { gramsOf } from './grams';
import { LiveRow, POSITION_OF } from './live-session.schema';
import { loginRowId } from './login-row-id';
import { partOf } from './parts';
import { SessionOrder, SORT_KEYS, SortKey } from './session-order';
import { sortPosition } from './sort-position';

/** Where `filter` looks in a list of all sessions (contract §3). */
export const SEARCHED_FIELDS = [
  'device.name',
  'device.type',
  'device.os.name',
  'sessionId',
  'userId',
  'ip',
  'host',
  '_user.username',
  '_user.name',
] as const;

/** A live login with its owner, from which its row is made. */
export interface OwnedLogin extends LiveLogin {
  _user?: UserProfile;
}

export function keyOf({ _id: { token, owner } }: LiveLogin): LoginKey {
  return { token, owner };
}

/** The row of a login; a pure function of what the workspace stores. */
export function liveRow(login: OwnedLogin): LiveRow {
  const key = keyOf(login);
  const _id = loginRowId(key);
  const { sessionId, loginAt, ip, host, device, document, _user } = login;
  return {
    _id,
    token: key.token,
    ...(key.owner !== undefined && { userId: key.owner }),
    at: positionsOf(login, _id),
    document,
    part: partOf(_id),
    grams: gramsOf(SEARCHED_FIELDS.flatMap((path) => textsAt(login, path.split('.')))),
    sessionId,
    loginAt: loginAt ?? null,
    ip: ip ?? null,
    host: host ?? null,
    device: device ?? null,
    ...(_user && { _user: namesOf(_user) }),
  };
}

/** Whether a row shows the document of a login as it is now, and stands where the login belongs in this order. */
export function isUpToDate(
  row: Pick<LiveRow, '_id' | 'document' | 'at'>,
  login: OwnedLogin,
  order: SessionOrder,
): boolean {
  return (
    String(row.document) === String(login.document) &&
    order.every(([key]) => row.at[POSITION_OF[key]] === positionOf(login, key, row._id))
  );
}

/** Whether a row is to the byte what would be written for a login now; a claimed one is not. */
export function isExactly(row: LiveRow, login: OwnedLogin): boolean {
  const { serialize } = mongo.BSON;
  return Buffer.compare(serialize(row), serialize(liveRow(login))) === 0;
}

/** The value of a sort key in a row or a login. */
export function sortValue(of: object, key: SortKey): unknown {
  return key.split('.').reduce<unknown>(fieldOf, of);
}

function positionsOf(login: OwnedLogin, rowId: string): Record<string, string> {
  return Object.fromEntries(
    SORT_KEYS.map((key) => [POSITION_OF[key], positionOf(login, key, rowId)]),
  );
}

function positionOf(login: OwnedLogin, key: SortKey, rowId: string): string {
  return sortPosition(sortValue(login, key), login.sessionId, rowId);
}

function namesOf({ name, username }: UserProfile): UserProfile {
  return { ...(name !== undefined && { name }), ...(username !== undefined && { username }) };
}

function fieldOf(value: unknown, name: string): unknown {
  return isObject(value) && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
}

/** Texts that a pattern would be compared with: also those in lists, one level deep for each step. */
function textsAt(value: unknown, [name, ...rest]: string[]): string[] {
  if (name === undefined) {
    const values: unknown[] = Array.isArray(value) ? value : [value];
    return values.filter((one) => typeof one === 'string');
  }
  if (Array.isArray(value)) {
    return value.flatMap((one: unknown) =>
      Array.isArray(one) ? [] : textsAt(fieldOf(one, name), rest),
    );
  }
  return textsAt(fieldOf(value, name), rest);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
