import { HttpAnswer, HttpCall } from './http';

/** What must not be found anywhere: each secret, token, hash and code, and what it is. */
const canaries = new Map<string, string>();
/** Where it is looked for: each answer and each text that the service printed or logged, once. */
const evidence = new Set<string>();

/** The fields that hand a secret out: once, to whoever has just made it. Anywhere else it is a leak. */
const HANDED_OUT: Record<string, string[]> = {
  login: ['authToken'],
  'users.enableTotp': ['secret', 'url'],
  'users.validateTotp': ['codes'],
  'users.regenerateTotpCodes': ['codes'],
  'users.generatePersonalAccessToken': ['token'],
  'users.regeneratePersonalAccessToken': ['token'],
};

/** What of a user's document is secret. */
const SECRET_FIELDS = [
  'bcrypt',
  'hashedToken',
  'twoFactorAuthorizedHash',
  'secret',
  'tempSecret',
  'hashedBackup',
  'code',
];

/** Shorter texts, and words that tests show as codes, may stand in any answer by chance. */
const TOTP_CODE = /^[0-9]{6}$/;
const SHORTEST = 8;
const DEEPEST = 6;

/** Remembers a secret. Whatever is no text, or too short to be told from chance, is ignored. */
export function keepSecret(what: string, ...values: unknown[]): void {
  for (const value of values.flat()) {
    if (typeof value !== 'string') continue;
    if (value.length >= SHORTEST || TOTP_CODE.test(value)) canaries.set(value, what);
  }
}

/** Remembers what is stored of a user and nobody may see. */
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
  // Made before anything secret was, and full of examples.
  if (path.startsWith('/api-docs')) return;
  let text = `${path} ${JSON.stringify(answer.headers)} ${answer.text}`;
  const handedOut = HANDED_OUT[path.slice('/api/v1/'.length)] ?? [];
  if (answer.status === 200) {
    for (const [field, value] of fieldsOf(answer.body)) {
      if (!handedOut.includes(field)) continue;
      keepSecret(`the ${field} of ${path}`, value);
      text = text.replaceAll(JSON.stringify(value), '"…"');
    }
  }
  evidence.add(text);
}

/** Remembers what the service printed or logged, as evidence. */
export function recordPrinted(text: string): void {
  // The demo's credentials are printed on purpose, and are of no use anywhere else.
  evidence.add(text.replace(/A demo workspace is ready[\s\S]*?info\.admin\?sessionId=\S+/, ''));
}

/** What was found, and where; without the secret itself, because test reports are read by many. */
export function findLeaks(): string[] {
  const all = [...evidence].join('\n');
  return [...canaries].flatMap(([canary, what]) => {
    if (!all.includes(canary)) return [];
    const place = [...evidence].find((text) => holds(text, canary));
    return place === undefined ? [] : [`${what} in: ${place.replaceAll(canary, '‹LEAK›')}`];
  });
}

/** Six digits stand in many a number; a code stands by itself. */
function holds(text: string, canary: string): boolean {
  if (!TOTP_CODE.test(canary)) return text.includes(canary);
  return new RegExp(`(?<![0-9A-Za-z.])${canary}(?![0-9A-Za-z])`).test(text);
}

/** Every field of a document. Hostile ones are nested without end; no secret of ours lies that deep. */
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
