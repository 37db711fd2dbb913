import { findTimeStep } from '../../src/two-factor/methods/totp';
import { TestApp } from './app';
import { HttpAnswer } from './http';
import { TestUser, UserOptions } from './workspace';

const PASSWORD = 'correct horse';
const BACKUP_CODE = 'aB3dE5gH';

/** A way to guess a user's second factor. */
export interface Way {
  name: string;
  user: UserOptions;
  /** The right code, if not the TOTP code of the current time step. */
  right?: string;
  method: 'GET' | 'POST';
  path: string;
  /** Where the code is sent; at a login in the body, beside a right password. */
  in: 'header' | 'body' | 'login';
}

const PASSWORD_ONLY = { user: { totp: false, password: PASSWORD }, right: PASSWORD };
const WITH_BACKUP_CODE = {
  user: { backupCodes: [BACKUP_CODE], password: PASSWORD },
  right: BACKUP_CODE,
};
const LISTING = { method: 'GET', path: 'sessions/list.all', in: 'header' } as const;
const SIGNING_IN = { method: 'POST', path: 'login', in: 'login' } as const;
const inHeader = { method: 'POST', in: 'header' } as const;
const inBody = { method: 'POST', in: 'body' } as const;

export const WAYS: Way[] = [
  { name: 'a TOTP code', user: {}, ...LISTING },
  { name: 'a backup code', ...WITH_BACKUP_CODE, ...LISTING },
  { name: 'the password', ...PASSWORD_ONLY, ...LISTING },
  {
    name: 'generatePersonalAccessToken',
    user: {},
    ...inHeader,
    path: 'users.generatePersonalAccessToken',
  },
  { name: 'enableTotp', ...PASSWORD_ONLY, ...inHeader, path: 'users.enableTotp' },
  { name: 'validateTotp', user: { enrolling: true }, ...inBody, path: 'users.validateTotp' },
  { name: 'disableTotp', user: {}, ...inBody, path: 'users.disableTotp' },
  {
    name: 'disableTotp with a backup code',
    ...WITH_BACKUP_CODE,
    ...inBody,
    path: 'users.disableTotp',
  },
  { name: 'regenerateTotpCodes', user: {}, ...inBody, path: 'users.regenerateTotpCodes' },
  { name: 'signing in', user: { password: PASSWORD }, ...SIGNING_IN },
  { name: 'signing in with a backup code', ...WITH_BACKUP_CODE, ...SIGNING_IN },
];

let serial = 0;

/** Submits a code in one of these ways. */
export function showIn(
  app: TestApp,
  { method, path, in: place }: Way,
  user: TestUser,
  code: string,
): Promise<HttpAnswer> {
  if (place === 'login') return app.login({ user: `user-${user.id}`, password: PASSWORD, code });
  const headers = { ...user.headers, ...(place === 'header' && { 'x-2fa-code': code }) };
  if (method === 'GET') return app.call(`/api/v1/${path}`, { headers });
  const isNamed = path === 'users.generatePersonalAccessToken';
  const body = place === 'body' ? { code } : isNamed ? { tokenName: `program ${serial++}` } : {};
  return app.call(`/api/v1/${path}`, {
    method,
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

/** `count` different six-digit codes, none of them right for `secret` within a minute of `now`. */
export function wrongCodes(count: number, secret: string, now: Date): string[] {
  const codes: string[] = [];
  for (let n = 0; codes.length < count; n++) {
    const code = String(n * 7919 + 13).padStart(6, '0');
    const times = [-60, 0, 60].map((seconds) => new Date(now.getTime() + seconds * 1000));
    if (times.every((time) => findTimeStep(secret, code, time) === undefined)) codes.push(code);
  }
  return codes;
}

/** `count` different texts, as guesses at a password or a backup code. */
export function wrongTexts(count: number): string[] {
  return Array.from({ length: count }, (_, n) => `wrong${String(n).padStart(3, '0')}`);
}

/** Inserts `guess` among the others at this index. */
export function insertAt(place: number, guess: string, others: readonly string[]): string[] {
  return [...others.slice(0, place), guess, ...others.slice(place)];
}

/** The results of many guesses. */
export interface Tally {
  /** Admitted. */
  passed: number;
  /** Verified, and wrong. */
  invalid: number;
  /** Not verified, because of the lockout. */
  locked: number;
}

/** @throws Error for an answer that is none of the three */
export function tally(answers: readonly HttpAnswer[]): Tally {
  const result = { passed: 0, invalid: 0, locked: 0 };
  for (const { status, text } of answers) {
    if (status === 200 || status === 404) result.passed++;
    else if (status === 429 && text.includes('"totp-max-attempts"')) result.locked++;
    else if (text.includes('totp-invalid')) result.invalid++;
    else throw new Error(`Neither right nor wrong: ${status} ${text}`);
  }
  return result;
}
