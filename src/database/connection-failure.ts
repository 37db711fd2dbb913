import { isNativeError } from 'node:util/types';
import { mongo } from 'mongoose';
import { isDatabaseUnreachable } from '../common/errors/database-unreachable';

/** Of the driver's errors, those about a name that is looked up: a new one takes its time to be known everywhere. */
const LOOKUPS = ['getaddrinfo', 'querySrv', 'queryTxt'];
/** OpenSSL's and Node's words for a certificate or a handshake that no waiting will mend. */
const TLS =
  /^(ERR_TLS_|ERR_SSL_|ERR_OSSL_|CERT_|UNABLE_TO_|.*SELF_SIGNED|HOSTNAME_MISMATCH|.*_UNTRUSTED|INVALID_)/;
const WRONG_PASSWORD = [18, 11, 8000];
const NO_RIGHT = 13;
/** How many errors may have caused each other. */
const DEEPEST = 5;
const REASONS: Record<string, string> = {
  ENOTFOUND: 'its host name is not known',
  ENODATA: 'its host name is not known',
  EAI_AGAIN: 'its host name cannot be looked up',
  ECONNREFUSED: 'nobody listens there',
  ENOENT: 'nobody listens there',
};

/** What the driver knows of a database's servers; it exports no more than the type. */
type Servers = Pick<mongo.TopologyDescription, 'type' | 'servers' | 'compatible'>;

export const WRONG_SET =
  'The servers in MONGODB_URI belong to another replica set than its option replicaSet says, or to none.';
const INCOMPATIBLE =
  'The database driver does not work with this server: it is too old or too new, or not the load balancer that MONGODB_URI promises.';

/**
 * What only an operator can mend of a connection that failed, in words; undefined where time may mend it. The words
 * hold neither an address nor a value.
 */
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

/** Whether time may mend it: the database, the network or the table of names may be there in a moment. */
export function mayPass(error: unknown): boolean {
  return isDatabaseUnreachable(error) || isLookup(error);
}

/**
 * What no waiting will mend of the servers that a client has found so far, in words. While one of several is only not
 * reachable, time may mend it.
 */
export function hopelessness({ type, servers, compatible }: Servers): string | undefined {
  if (!compatible) return INCOMPATIBLE;
  // A server of another set, or of none, is struck off.
  if (servers.size === 0) return type === 'ReplicaSetNoPrimary' ? WRONG_SET : undefined;
  const reasons = [...servers.values()].map(({ error }) => error && needsOperator(error));
  return reasons.every((reason) => typeof reason === 'string') ? reasons[0] : undefined;
}

/** What a database server says no to, in words; its own may hold values. */
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
      `The database user in MONGODB_URI lacks a right (${name}). It must read users, rocketchat_sessions and ` +
      'rocketchat_permissions, and own the collections whose names begin with ws_, their indexes included.'
    );
  }
  return `The database refuses what the service needs (${name}).`;
}

/** Why a database cannot be reached at the moment, in a word or a few. */
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

/** The codes of an error and of what caused it; for one about all servers, those of each. */
function codesOf(error: unknown, depth = 0): string[] {
  if (!isNativeError(error) || depth > DEEPEST) return [];
  const own = 'code' in error && typeof error.code === 'string' ? [error.code] : [];
  const servers = [...(serversOf(error)?.servers.values() ?? [])].map((server) => server.error);
  return [...own, ...[error.cause, ...servers].flatMap((cause) => codesOf(cause, depth + 1))];
}

/** The name of a server's error is a word of its list; who knows what a server sends. */
function nameOf({ codeName, code }: mongo.MongoServerError): string {
  return /^[A-Za-z]{1,60}$/.test(codeName ?? '') ? String(codeName) : `error ${Number(code)}`;
}
