import { resolve } from 'node:path';
import { IsOptional, ValidateIf, validateSync } from 'class-validator';
import type { HttpSettings } from '../common/http/server';
import { TrustedProxies } from '../common/http/trusted-proxies';
import { ConfigurationError } from './configuration-error';
import {
  AddressBlocks,
  HexKeys,
  MailServer,
  OneOf,
  TextLike,
  WholeNumber,
} from './environment.rules';
import { findLostChoices } from './lost-choice';

export { ConfigurationError };

export const CODE_REUSE_POLICIES = ['same-client', 'never'] as const;
export type CodeReusePolicy = (typeof CODE_REUSE_POLICIES)[number];

export const EMBEDDED_SYNC_MODES = ['always', 'interval'] as const;
export type EmbeddedSyncMode = (typeof EMBEDDED_SYNC_MODES)[number];

/** In the place of a directory: keep nothing. */
const IN_MEMORY = 'memory';

const ENVIRONMENTS = ['development', 'test', 'production'] as const;
/** Loopback, and the ranges that no stranger connects from (RFC 1918, RFC 4193, RFC 3927, RFC 4291 §2.5.6). */
const OWN_NETWORKS = [
  '127.0.0.0/8',
  '::1',
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  'fc00::/7',
  '169.254.0.0/16',
  'fe80::/10',
];
const YES_OR_NO = ['true', 'false'] as const;
const DAY_SECONDS = 24 * 60 * 60;
const YEAR_SECONDS = 365 * DAY_SECONDS;

/**
 * Everything that can be set from outside. Each field is the environment variable of the same name, so that one word
 * finds it in the code, in `.env.example` and in docs/operations.md.
 */
export class Configuration {
  #trustedProxies: TrustedProxies | undefined;

  @OneOf(ENVIRONMENTS)
  NODE_ENV: (typeof ENVIRONMENTS)[number] = 'development';

  /** The address to listen on. Reaching out of this machine is a decision, so only production does it unasked. */
  @TextLike(/^[A-Za-z0-9.:_-]+$/, 'an IP address or a host name')
  HOST = '127.0.0.1';

  /** 0 takes any free port. */
  @WholeNumber(0, 65_535)
  PORT = 3000;

  /** With the database's name in its path. Absent: the embedded engine, which production refuses. */
  @ValidateIf((c: Configuration) => c.isProduction || c.MONGODB_URI !== undefined)
  @TextLike(
    /^mongodb(\+srv)?:\/\/[^/\s]+\/[^/?\s]+(\?\S*)?$/,
    'set in production, and of the form mongodb://HOST/DATABASE or mongodb+srv://HOST/DATABASE, with the database name in it',
  )
  MONGODB_URI: string | undefined = undefined;

  /** Where the embedded engine keeps its data, from the working directory; or `memory`, to keep nothing. */
  @TextLike(/^[^\0]+$/, 'the path of a directory, or memory')
  EMBEDDED_DATA_DIR = '.data';

  /** Whether an answered write of the embedded engine is on the disk for certain, or within a second. */
  @OneOf(EMBEDDED_SYNC_MODES)
  EMBEDDED_SYNC: EmbeddedSyncMode = 'interval';

  /** How long the start waits for the database, in seconds. */
  @WholeNumber(1, 3600)
  STARTUP_TIMEOUT_SECONDS = 60;

  /** After how many milliseconds without the database a request is answered 503. */
  @WholeNumber(100, 60_000)
  DATABASE_TIMEOUT_MS = 5000;

  /** How many proxies in front of the service append to `x-forwarded-for`. 0: the header counts for nothing. */
  @WholeNumber(0, 10)
  TRUSTED_PROXY_COUNT = 0;

  /** The addresses of the proxies that connect to the service; of nobody else is `x-forwarded-for` believed. */
  @AddressBlocks()
  TRUSTED_PROXIES: string[] = OWN_NETWORKS;

  /** How many connections there may be at once; those beyond are closed unanswered. */
  @WholeNumber(1, 1_000_000)
  MAX_CONNECTIONS = 1024;

  /** For how many seconds browsers shall use TLS only for this host. 0: that is left to the proxy. */
  @WholeNumber(0, 2 * YEAR_SECONDS)
  HSTS_MAX_AGE_SECONDS = 0;

  /** How long a login token lives, in days. */
  @WholeNumber(1, 3650)
  LOGIN_EXPIRATION_DAYS = 90;

  /** Whether the client that first used a TOTP code may show it again while it lasts. */
  @OneOf(CODE_REUSE_POLICIES)
  TWO_FACTOR_CODE_REUSE: CodeReusePolicy = 'same-client';

  /** How many wrong codes may be shown with one login token, and at a user's sign-ins, within the window. */
  @WholeNumber(1, 100)
  TWO_FACTOR_MAX_ATTEMPTS = 5;

  /** How many a user may show with all of their tokens together. */
  @WholeNumber(1, 1000)
  TWO_FACTOR_MAX_ATTEMPTS_PER_USER = 25;

  /** How long that window is, in seconds. It slides: each wrong code counts for so long. */
  @WholeNumber(1, YEAR_SECONDS)
  TWO_FACTOR_ATTEMPT_WINDOW_SECONDS = 900;

  /** How long a code by e-mail lasts, in seconds. */
  @WholeNumber(1, DAY_SECONDS)
  TWO_FACTOR_EMAIL_EXPIRATION_SECONDS = 600;

  /** For how many seconds a login token that passed need not show another code. 0: every request shows one. */
  @WholeNumber(0, YEAR_SECONDS)
  TWO_FACTOR_REMEMBER_SECONDS = 0;

  /** Each has 64 hex digits. The first seals new TOTP secrets and keys backup codes, all open and judge them; without any, both are stored plain. */
  @HexKeys(64)
  TOTP_ENCRYPTION_KEYS: string[] = [];

  /** The mail server. Absent: codes by e-mail are off. It may hold a password. */
  @ValidateIf((c: Configuration) => c.SMTP_URL !== undefined)
  @MailServer()
  SMTP_URL: string | undefined = undefined;

  /** Whether mails, and the password of `SMTP_URL`, may go in plain text to a server that offers no TLS. */
  @OneOf(YES_OR_NO)
  SMTP_ALLOW_PLAINTEXT: (typeof YES_OR_NO)[number] = 'false';

  /** Who mails come from. Absent: an address at the mail server. */
  @ValidateIf((c: Configuration) => c.MAIL_FROM !== undefined)
  @TextLike(
    /^([^<>\p{Cc}]*<[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)$/u,
    'an address, as chat@example.com or Example Chat <chat@example.com>',
  )
  MAIL_FROM: string | undefined = undefined;

  /** The embedded engine's data directory, or undefined when it keeps nothing. */
  @IsOptional()
  get embeddedDirectory(): string | undefined {
    return this.EMBEDDED_DATA_DIR === IN_MEMORY ? undefined : resolve(this.EMBEDDED_DATA_DIR);
  }

  /** What of the web server is set from outside. */
  get http(): HttpSettings {
    return {
      timeoutMs: this.DATABASE_TIMEOUT_MS,
      maxConnections: this.MAX_CONNECTIONS,
      hstsMaxAgeSeconds: this.HSTS_MAX_AGE_SECONDS,
    };
  }

  /** Whose `x-forwarded-for` is believed, ready to be asked. */
  get trustedProxies(): TrustedProxies {
    this.#trustedProxies ??= new TrustedProxies(this.TRUSTED_PROXY_COUNT, this.TRUSTED_PROXIES);
    return this.#trustedProxies;
  }

  @IsOptional()
  get isProduction(): boolean {
    return this.NODE_ENV === 'production';
  }
}

/**
 * Reads and judges the environment. Blank variables count as absent, but for `MONGODB_URI`: somebody meant to name a
 * database.
 * @param fromFile the names of those that come from the file `.env`
 * @throws ConfigurationError naming every wrong variable with what was expected, never its value: it may be a secret.
 */
export function loadConfiguration(
  env: NodeJS.ProcessEnv,
  fromFile: readonly string[] = [],
): Configuration {
  const configuration = new Configuration();
  if (env.NODE_ENV?.trim() === 'production') configuration.HOST = '0.0.0.0';
  for (const [name, fallback] of Object.entries(configuration)) {
    const text = env[name]?.trim();
    if (text) Object.assign(configuration, { [name]: parse(text, fallback) });
  }
  const wrong = [
    ...validateSync(configuration).map(
      ({ property, constraints }) =>
        `${property} ${Object.values(constraints ?? {})[0] ?? 'is wrong'}`,
    ),
    ...findLostChoices(env, fromFile),
  ];
  const [only, ...more] = wrong;
  if (only === undefined) return configuration;
  throw new ConfigurationError(
    more.length === 0
      ? `The configuration is wrong: ${only}.`
      : `The configuration is wrong:\n${wrong.map((line) => `  ${line}`).join('\n')}`,
  );
}

/**
 * A number where the default is one and the text is nothing but digits, a list where the default is one; else the text,
 * for the rules to refuse.
 */
function parse(text: string, fallback: unknown): unknown {
  if (Array.isArray(fallback)) return text.split(',').map((item) => item.trim());
  return typeof fallback === 'number' && /^\d{1,15}$/.test(text) ? Number(text) : text;
}
