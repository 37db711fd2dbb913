import { HttpAnswer, HttpCall } from './http';

/** Every secret, token, hash and code that must not appear anywhere, with its description. */
const canaries = new Map<string, string>();
/** The texts to search: every answer, and everything that the service printed or logged. */
const evidence = new Set<string>();

/** The fields that issue a new secret to its owner. Anywhere else it is a leak. */
const ISSUED: Record<string, string[]> = {
  login: ['authToken'],
  'users.enableTotp': ['secret', 'url'],
  'users.validateTotp': ['codes'],
  'users.regenerateTotpCodes': ['codes'],
  'users.generatePersonalAccessToken': ['token'],
  // Its own caller's, as in Rocket.Chat.
  'users.logoutOtherClients': ['token'],
  'users.regeneratePersonalAccessToken': ['token'],
};

/** The secret fields of a user document. */
const SECRET_FIELDS = [
  'bcrypt',
  'hashedToken',
  'twoFactorAuthorizedHash',
  'secret',
  'tempSecret',
  'hashedBackup',
  'code',
];

/** Shorter texts, and words that tests submit as codes, may appear in an answer by chance. */
const TOTP_CODE = /^[0-9]{6}$/;
const SHORTEST = 8;
const DEEPEST = 6;

/** Remembers a secret. Ignores values that are not strings, or too short to be unique. */
export function keepSecret(what: string, ...values: unknown[]): void {
  for (const value of values.flat()) {
    if (typeof value !== 'string') continue;
    if (value.length >= SHORTEST || TOTP_CODE.test(value)) canaries.set(value, what);
  }
}

/** Remembers the secrets in the `services` of a stored user. */
export function keepStoredSecrets(services: unknown): void {
  for (const [field, value] of fieldsOf(services)) {
    if (SECRET_FIELDS.includes(field)) keepSecret(`the stored ${field}`, value);
  }
}

/** Remembers the secrets of a request and of its answer, and the answer as evidence. */
export function recordCall(
  url: string,
  { headers = {}, body }: HttpCall,
  answer: HttpAnswer,
): void {
  const path = new URL(url).pathname;
  keepSecret('a login token', headers['x-auth-token']);
  keepSecret('a code', headers['x-2fa-code']);
  for (const [field, value] of fieldsOf(parse(body ?? ''))) {
    if (['password', 'digest', 'code', 'resume'].includes(field)) keepSecret(`a ${field}`, value);
  }
  // Generated before any secret exists, and full of examples.
  if (path.startsWith('/api-docs')) return;
  let text = `${path} ${JSON.stringify(answer.headers)} ${answer.text}`;
  const issued = ISSUED[path.slice('/api/v1/'.length)] ?? [];
  if (answer.status === 200) {
    for (const [field, value] of fieldsOf(answer.body)) {
      if (!issued.includes(field)) continue;
      keepSecret(`the ${field} of ${path}`, value);
      text = text.replaceAll(JSON.stringify(value), '"…"');
    }
  }
  evidence.add(text);
}

/** Remembers what the service printed or logged, as evidence. */
export function recordPrinted(text: string): void {
  // The demo's credentials are printed on purpose and are useless elsewhere.
  evidence.add(text.replace(/A demo workspace is ready[\s\S]*?info\.admin\?sessionId=\S+/, ''));
}

/** The leaks and their places, without the secrets themselves, because many people read test reports. */
export function findLeaks(): string[] {
  const all = [...evidence].join('\n');
  return [...canaries].flatMap(([canary, what]) => {
    if (!all.includes(canary)) return [];
    const place = [...evidence].find((text) => holds(text, canary));
    return place === undefined ? [] : [`${what} in: ${place.replaceAll(canary, '‹LEAK›')}`];
  });
}

/** A six-digit code must stand by itself, because longer numbers may contain it. */
function holds(text: string, canary: string): boolean {
  if (!TOTP_CODE.test(canary)) return text.includes(canary);
  return new RegExp(`(?<![0-9A-Za-z.])${canary}(?![0-9A-Za-z])`).test(text);
}

/** Every field of a document, to a limited depth, because hostile ones are nested very deeply. */
function fieldsOf(value: unknown, depth = 0): [string, unknown][] {
  if (typeof value !== 'object' || value === null || depth === DEEPEST) return [];
  return Object.entries(value).flatMap(([field, inner]: [string, unknown]) => [
    [field, inner],
    ...fieldsOf(inner, depth + 1),
  ]);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
