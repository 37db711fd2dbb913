import { digestPassword } from '../../auth/bcrypt.hasher';
import { LoginName, loginNameOf } from '../../workspace-data/users/login-name';

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
  /** The second factor; `NO_CODE` where something stands in its place that is none. */
  code?: string;
}

/** No code of any factor looks like this: it is wrong wherever one is judged. */
export const NO_CODE = '?';

const SHA256_HEX = /^[0-9a-f]{64}$/i;
/** Numbers have no leading zeros, codes do. */
const CODE_DIGITS = 6;

/**
 * Reads the body of a login in all its shapes (contract §5). The body is whatever the client likes to send: only own
 * properties of the right kind are read, so an operator or a list never becomes part of a query. What is null counts
 * as absent; what is not known is ignored, because clients of different ages send more than is asked for.
 */
export function readLoginBody(body: unknown): LoginBody {
  const given = fieldsOf(body);
  if (!given) return {};
  const { login, code } = openTotp(given);
  const credentials = login && readCredentials(login);
  if (!credentials) return {};
  const submitted = readCode(code ?? login.code ?? given.code);
  return { credentials, ...(submitted && { code: submitted }) };
}

/**
 * Clients of the original may put a whole login into `totp`, with the code beside it. What is in there is read like a
 * body of its own, except for another `totp`; and only where the body itself has neither a password nor a token.
 */
function openTotp(given: Fields): { login: Fields | undefined; code?: unknown } {
  const isOpen = given.password === undefined && given.resume === undefined;
  const totp = isOpen ? fieldsOf(given.totp) : undefined;
  return totp ? { login: fieldsOf(totp.login), code: totp.code } : { login: given };
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
  if (typeof user === 'string') return readText(user, loginNameOf);
  if (user !== undefined) return readNameObject(fieldsOf(user));
  if (username !== undefined) return readText(username, (text) => ({ username: text }));
  return readText(email, (text) => ({ email: text }));
}

/** Exactly one of the two: an object with both does not say who is meant. */
function readNameObject(given: Fields | undefined): LoginName | undefined {
  if (!given || (given.username === undefined) === (given.email === undefined)) return undefined;
  return readName({ username: given.username, email: given.email });
}

/** Blanks around a name are no part of it. */
function readText(name: unknown, read: (name: string) => LoginName): LoginName | undefined {
  const trimmed = typeof name === 'string' ? name.trim() : '';
  return trimmed === '' ? undefined : read(trimmed);
}

function readPassword(password: unknown): string | undefined {
  if (isText(password)) return digestPassword(password);
  const { digest, algorithm } = fieldsOf(password) ?? {};
  if (algorithm !== 'sha-256' || !isText(digest) || !SHA256_HEX.test(digest)) return undefined;
  return digest.toLowerCase();
}

/** Undefined when none is shown. */
function readCode(code: unknown): string | undefined {
  if (code === undefined || code === '') return undefined;
  if (typeof code === 'string') return code;
  const isWhole = typeof code === 'number' && Number.isSafeInteger(code) && code >= 0;
  return isWhole ? String(code).padStart(CODE_DIGITS, '0') : NO_CODE;
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
