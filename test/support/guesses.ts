import { findTimeStep } from '../../src/two-factor/methods/totp';
import { TestApp } from './app';
import { HttpAnswer } from './http';
import { TestUser, UserOptions } from './workspace';

const PASSWORD = 'correct horse';
const BACKUP_CODE = 'aB3dE5gH';

/** A way to guess at somebody's second factor. */
export interface Way {
  name: string;
  user: UserOptions;
  /** What is right, if not the code of the present time step. */
  right?: string;
  method: 'GET' | 'POST';
  path: string;
  /** Where the code goes; at a login into the body, beside a right password. */
  in: 'header' | 'body' | 'login';
}

const NOTHING_BUT_A_PASSWORD = { user: { totp: false, password: PASSWORD }, right: PASSWORD };
const A_BACKUP_CODE = {
  user: { backupCodes: [BACKUP_CODE], password: PASSWORD },
  right: BACKUP_CODE,
};
const LISTING = { method: 'GET', path: 'sessions/list.all', in: 'header' } as const;
const SIGNING_IN = { method: 'POST', path: 'login', in: 'login' } as const;
const inHeader = { method: 'POST', in: 'header' } as const;
const inBody = { method: 'POST', in: 'body' } as const;

export const WAYS: Way[] = [
  { name: 'a TOTP code', user: {}, ...LISTING },
  { name: 'a backup code', ...A_BACKUP_CODE, ...LISTING },
  { name: 'the password', ...NOTHING_BUT_A_PASSWORD, ...LISTING },
  {
    name: 'generatePersonalAccessToken',
    user: {},
    ...inHeader,
    path: 'users.generatePersonalAccessToken',
  },
  { name: 'enableTotp', ...NOTHING_BUT_A_PASSWORD, ...inHeader, path: 'users.enableTotp' },
  { name: 'validateTotp', user: { enrolling: true }, ...inBody, path: 'users.validateTotp' },
  { name: 'disableTotp', user: {}, ...inBody, path: 'users.disableTotp' },
  {
    name: 'disableTotp with a backup code',
    ...A_BACKUP_CODE,
    ...inBody,
    path: 'users.disableTotp',
  },
  { name: 'regenerateTotpCodes', user: {}, ...inBody, path: 'users.regenerateTotpCodes' },
  { name: 'signing in', user: { password: PASSWORD }, ...SIGNING_IN },
  { name: 'signing in with a backup code', ...A_BACKUP_CODE, ...SIGNING_IN },
];

let serial = 0;

/** Shows a code in one of the ways. */
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

/** So many different codes of six digits, none of which is right for `secret` in the minutes around `now`. */
export function wrongCodes(count: number, secret: string, now: Date): string[] {
  const codes: string[] = [];
  for (let n = 0; codes.length < count; n++) {
    const code = String(n * 7919 + 13).padStart(6, '0');
    const times = [-60, 0, 60].map((seconds) => new Date(now.getTime() + seconds * 1000));
    if (times.every((time) => findTimeStep(secret, code, time) === undefined)) codes.push(code);
  }
  return codes;
}

/** As many different texts as guesses at a password or a backup code. */
export function wrongTexts(count: number): string[] {
  return Array.from({ length: count }, (_, n) => `wrong${String(n).padStart(3, '0')}`);
}

/** `guess` among the others, at this place. */
export function insertAt(place: number, guess: string, others: readonly string[]): string[] {
  return [...others.slice(0, place), guess, ...others.slice(place)];
}

/** What became of many guesses. */
export interface Tally {
  /** Let through to what was asked for. */
  passed: number;
  /** Judged, and wrong. */
  invalid: number;
  /** Not judged. */
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
