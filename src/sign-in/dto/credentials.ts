import { digestPassword, readDigest } from '../../auth/bcrypt.hasher';
import { LoginName, loginNameOf } from '../../workspace-data/users/login-name';

export interface PasswordCredentials {
  name: LoginName;
  /** As `digestPassword` returns it. */
  digest: string;
}

export interface ResumeCredentials {
  resume: string;
}

export type Credentials = PasswordCredentials | ResumeCredentials;

export interface LoginBody {
  /** Absent if the body has none that a login accepts: such a login is refused like any other (contract §5). */
  credentials?: Credentials;
  /** The second factor; `NO_CODE` if the body has something else in its place. */
  code?: string;
}

/** Matches no code of any method, so it is always wrong. */
export const NO_CODE = '?';

/** JSON numbers lose the leading zeros of a code. */
const CODE_DIGITS = 6;

/**
 * Reads all shapes of the body (contract §5). Clients may send anything: only own properties of the right type are
 * read, so that no operator or list becomes part of a query. Null counts as absent. Unknown properties are ignored,
 * because clients of different versions send more.
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
 * Rocket.Chat's clients may put a whole login into `totp`, with the code beside it. It is read like a body without
 * `totp`, and only if the body has neither a password nor a token.
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

/** `user` takes precedence over `username`, and that over `email`, as in Rocket.Chat. */
function readName({ user, username, email }: Fields): LoginName | undefined {
  if (typeof user === 'string') return readText(user, loginNameOf);
  if (user !== undefined) return readNameObject(fieldsOf(user));
  if (username !== undefined) return readText(username, (text) => ({ username: text }));
  return readText(email, (text) => ({ email: text }));
}

/** With both, the object does not tell which user is meant. */
function readNameObject(given: Fields | undefined): LoginName | undefined {
  if (!given || (given.username === undefined) === (given.email === undefined)) return undefined;
  return readName({ username: given.username, email: given.email });
}

function readText(name: unknown, read: (name: string) => LoginName): LoginName | undefined {
  const trimmed = typeof name === 'string' ? name.trim() : '';
  return trimmed === '' ? undefined : read(trimmed);
}

function readPassword(password: unknown): string | undefined {
  if (isText(password)) return digestPassword(password);
  const { digest, algorithm } = fieldsOf(password) ?? {};
  return algorithm === 'sha-256' && isText(digest) ? readDigest(digest) : undefined;
}

function readCode(code: unknown): string | undefined {
  if (code === undefined || code === '') return undefined;
  if (typeof code === 'string') return code;
  const isWhole = typeof code === 'number' && Number.isSafeInteger(code) && code >= 0;
  return isWhole ? String(code).padStart(CODE_DIGITS, '0') : NO_CODE;
}

type Fields = Partial<Record<string, unknown>>;

/** Own non-null fields; undefined if the value is no object. */
function fieldsOf(value: unknown): Fields | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const fields = Object.entries(value).filter(([, field]) => field !== null);
  return Object.fromEntries(fields);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
