import { validateSync } from 'class-validator';
import { AuditConfig } from './audit.config';
import { AuthConfig } from './auth.config';
import { ClusterConfig } from './cluster.config';
import { ConfigurationError } from './configuration-error';
import { DatabaseConfig } from './database.config';
import { EncryptionConfig } from './encryption.config';
import { EnvironmentConfig } from './environment.config';
import { variablesOf } from './environment-variable';
import { HistoryConfig } from './history.config';
import { HttpConfig } from './http.config';
import { LimitsConfig } from './limits.config';
import { LoggingConfig } from './logging.config';
import { findLostChoices } from './lost-choice';
import { MailConfig } from './mail.config';
import { ManagementConfig } from './management.config';
import { ProxyConfig } from './proxy.config';
import { SessionIndexConfig } from './session-index.config';
import { TwoFactorConfig } from './two-factor.config';

export { ConfigurationError };

/** The whole configuration, in parts. A class injects only the part that it needs. */
export class Configuration {
  readonly environment = new EnvironmentConfig();
  readonly logging: LoggingConfig;
  readonly cluster = new ClusterConfig();
  readonly http: HttpConfig;
  readonly database: DatabaseConfig;
  readonly proxy = new ProxyConfig();
  readonly limits = new LimitsConfig();
  readonly auth = new AuthConfig();
  readonly twoFactor = new TwoFactorConfig();
  readonly history = new HistoryConfig();
  readonly encryption = new EncryptionConfig();
  readonly mail = new MailConfig();
  readonly management: ManagementConfig;
  readonly audit = new AuditConfig();
  readonly sessionIndex = new SessionIndexConfig();

  constructor(isProduction = false) {
    this.logging = new LoggingConfig(isProduction);
    this.http = new HttpConfig(isProduction);
    this.database = new DatabaseConfig(isProduction);
    this.management = new ManagementConfig(isProduction);
  }

  get parts(): object[] {
    const { environment, logging, cluster, http, database, proxy, limits, management } = this;
    const { auth, twoFactor, encryption, mail, audit, history, sessionIndex } = this;
    const ofOperation = [environment, logging, cluster, http, database, proxy, limits, management];
    return [...ofOperation, auth, twoFactor, encryption, mail, audit, history, sessionIndex];
  }
}

/**
 * Blank variables count as absent, except `MONGODB_URI`: it was meant to name a database.
 * @param fromFile names of the variables that come from `.env`
 * @throws ConfigurationError naming each invalid variable but no value, which may be a secret
 */
export function loadConfiguration(
  env: NodeJS.ProcessEnv,
  fromFile: readonly string[] = [],
): Configuration {
  const configuration = new Configuration(env.NODE_ENV?.trim() === 'production');
  for (const part of configuration.parts) readPart(part, env);
  const wrong = [
    ...configuration.parts.flatMap(findProblems),
    ...findConflicts(configuration),
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

function readPart(part: object, env: NodeJS.ProcessEnv): void {
  const defaults = new Map<string, unknown>(Object.entries(part));
  for (const [property, variable] of variablesOf(part)) {
    const text = env[variable]?.trim();
    if (text) Object.assign(part, { [property]: parse(text, defaults.get(property)) });
  }
}

function findProblems(part: object): string[] {
  const variables = variablesOf(part);
  return validateSync(part).map(
    ({ property, constraints }) =>
      `${variables.get(property) ?? property} ${Object.values(constraints ?? {})[0] ?? 'is wrong'}`,
  );
}

/** Values that are right by themselves, but not together. */
function findConflicts({ cluster, database }: Configuration): string[] {
  if (!(cluster.workers > 1) || database.uri !== undefined) return [];
  return [
    'CLUSTER_WORKERS may be more than 1 only with MONGODB_URI: the embedded database serves one process',
  ];
}

/** Converts to the type of the default if possible, else leaves the string for the rules to refuse. */
function parse(text: string, fallback: unknown): unknown {
  if (Array.isArray(fallback)) return text.split(',').map((item) => item.trim());
  if (typeof fallback === 'boolean' && ['true', 'false'].includes(text)) return text === 'true';
  return typeof fallback === 'number' && /^\d{1,15}$/.test(text) ? Number(text) : text;
}
