import { isNativeError } from 'node:util/types';
import { mongo } from 'mongoose';
import { isDatabaseUnreachable } from '../common/errors/database-unreachable';

/** System calls of a failed lookup: a new DNS name takes time to spread. */
const LOOKUPS = ['getaddrinfo', 'querySrv', 'queryTxt'];
/** Certificate and handshake errors that no retry will fix. */
const TLS =
  /^(ERR_TLS_|ERR_SSL_|ERR_OSSL_|CERT_|UNABLE_TO_|.*SELF_SIGNED|HOSTNAME_MISMATCH|.*_UNTRUSTED|INVALID_)/;
const WRONG_PASSWORD = [18, 11, 8000];
const NO_RIGHT = 13;
const DEEPEST = 5;
const REASONS: Record<string, string> = {
  ENOTFOUND: 'its host name is not known',
  ENODATA: 'its host name is not known',
  EAI_AGAIN: 'its host name cannot be looked up',
  ECONNREFUSED: 'nothing listens there',
  ENOENT: 'nothing listens there',
};

type Servers = Pick<mongo.TopologyDescription, 'type' | 'servers' | 'compatible'>;

export const WRONG_SET =
  'The servers in MONGODB_URI belong to another replica set than its option replicaSet says, or to none.';
const INCOMPATIBLE =
  'The database driver does not work with this server: it is too old or too new, or not the load balancer that MONGODB_URI announces.';

/** Explains a failure that only an operator can fix, without addresses or values; undefined if a retry may help. */
export function needsOperator(error: unknown): string | undefined {
  const servers = serversOf(error);
  if (servers) return hopelessness(servers);
  const tls = codesOf(error).find((code) => TLS.test(code));
  if (tls !== undefined) {
    return `The TLS connection to the database fails (${tls}). Check the tls options of MONGODB_URI and the server's certificate.`;
  }
  if (mayPass(error)) return undefined;
  if (error instanceof mongo.MongoServerError) return refusalOf(error);
  if (error instanceof mongo.MongoCompatibilityError) return INCOMPATIBLE;
  return error instanceof mongo.MongoError
    ? `The database driver cannot use MONGODB_URI (${error.name}).`
    : undefined;
}

export function mayPass(error: unknown): boolean {
  return isDatabaseUnreachable(error) || isLookup(error);
}

/** Why no server found so far will ever do; undefined while one may only be unreachable. */
export function hopelessness({ type, servers, compatible }: Servers): string | undefined {
  if (!compatible) return INCOMPATIBLE;
  // The driver drops servers that belong to another replica set or to none.
  if (servers.size === 0) return type === 'ReplicaSetNoPrimary' ? WRONG_SET : undefined;
  const reasons = [...servers.values()].map(({ error }) => error && needsOperator(error));
  return reasons.every((reason) => typeof reason === 'string') ? reasons[0] : undefined;
}

/** Leaves out the server's message, which may hold values. */
export function refusalOf(error: mongo.MongoServerError): string {
  const code = Number(error.code);
  const name = nameOf(error);
  if (WRONG_PASSWORD.includes(code)) {
    return (
      `The database refuses the user name or the password in MONGODB_URI (${name}). If both are right, its option ` +
      "authSource may be missing: the database that holds the user, often admin; without it, that is the workspace's."
    );
  }
  if (code === NO_RIGHT) {
    return (
      `The database user in MONGODB_URI lacks a right (${name}). It must read rocketchat_permissions, read and ` +
      'update users, read, insert into and update rocketchat_sessions, and own the collections whose names begin ' +
      'with ws_, their indexes included.'
    );
  }
  return `The database refuses what the service needs (${name}).`;
}

export function reasonOf(error: unknown): string {
  const code = codesOf(error).find((text) => text in REASONS);
  if (code !== undefined) return `${code}: ${REASONS[code] ?? ''}`;
  if (error instanceof mongo.MongoServerError) return nameOf(error);
  return isNativeError(error) ? error.name : 'unknown error';
}

function isLookup(error: unknown): boolean {
  return isNativeError(error) && 'syscall' in error && LOOKUPS.includes(String(error.syscall));
}

function serversOf(error: unknown): Servers | undefined {
  if (!isNativeError(error) || !('reason' in error)) return undefined;
  const { reason } = error;
  const isKnown = typeof reason === 'object' && reason !== null && 'servers' in reason;
  return isKnown ? (reason as Servers) : undefined;
}

function codesOf(error: unknown, depth = 0): string[] {
  if (!isNativeError(error) || depth > DEEPEST) return [];
  const own = 'code' in error && typeof error.code === 'string' ? [error.code] : [];
  const servers = [...(serversOf(error)?.servers.values() ?? [])].map((server) => server.error);
  return [...own, ...[error.cause, ...servers].flatMap((cause) => codesOf(cause, depth + 1))];
}

/** A server may send anything as `codeName`, so only a plain word is passed on. */
function nameOf({ codeName, code }: mongo.MongoServerError): string {
  return /^[A-Za-z]{1,60}$/.test(codeName ?? '') ? String(codeName) : `error ${Number(code)}`;
}
