import { digestPassword } from '../../auth/password-checker';
import { LoginName } from '../../users/accounts.service';

/** Somebody says who they are and shows their password. */
export interface PasswordCredentials {
  name: LoginName;
  /** As `digestPassword` makes it. */
  digest: string;
}

/** Somebody shows the token of an earlier login. */
export interface ResumeCredentials {
  resume: string;
}

export type Credentials = PasswordCredentials | ResumeCredentials;

/** What the body of a login says. */
export interface LoginBody {
  /** Absent when the body is none that a login takes: it is refused like any other (contract §5). */
  credentials?: Credentials;
  /** The second factor. */
  code?: string;
}

const SHA256_HEX = /^[0-9a-f]{64}$/i;

/**
 * Reads the body of a login in all its shapes (contract §5). The body is whatever the client likes to send: only own
 * properties of the right kind are read, so an operator or a list never becomes part of a query. What is null counts
 * as absent; what is not known is ignored, because clients of different ages send more than is asked for.
 */
export function readLoginBody(body: unknown): LoginBody {
  const given = fieldsOf(body);
  const code = given?.code ?? '';
  const credentials = given && readCredentials(given);
  if (!credentials || typeof code !== 'string') return {};
  return { credentials, ...(code && { code }) };
}

function readCredentials(given: Fields): Credentials | undefined {
  if (given.resume !== undefined)
    return isText(given.resume) ? { resume: given.resume } : undefined;
  const name = readName(given);
  const digest = readPassword(given.password);
  return name && digest ? { name, digest } : undefined;
}

/** `user` wins over `username`, and that over `email`, as in the original. */
function readName({ user, username, email }: Fields): LoginName | undefined {
  if (isText(user)) return user.includes('@') ? { email: user } : { username: user };
  if (user !== undefined) return readNameObject(fieldsOf(user));
  if (username !== undefined) return isText(username) ? { username } : undefined;
  return isText(email) ? { email } : undefined;
}

/** Exactly one of the two: an object with both does not say who is meant. */
function readNameObject(given: Fields | undefined): LoginName | undefined {
  if (!given || (given.username === undefined) === (given.email === undefined)) return undefined;
  return readName({ username: given.username, email: given.email });
}

function readPassword(password: unknown): string | undefined {
  if (isText(password)) return digestPassword(password);
  const { digest, algorithm } = fieldsOf(password) ?? {};
  if (algorithm !== 'sha-256' || !isText(digest) || !SHA256_HEX.test(digest)) return undefined;
  return digest.toLowerCase();
}

type Fields = Partial<Record<string, unknown>>;

/** The own fields that have a value; undefined for what is no object. */
function fieldsOf(value: unknown): Fields | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const fields = Object.entries(value).filter(([, field]) => field !== null);
  return Object.fromEntries(fields);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
