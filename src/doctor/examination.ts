import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { getConnectionToken } from '@nestjs/mongoose';
import { Connection } from 'mongoose';
import { Clock } from '../common/clock/clock';
import { OperatorError } from '../common/errors/operator-error';
import { Configuration } from '../config/configuration';
import { ConfigurationError } from '../config/configuration-error';
import { readConfiguration } from '../config/read-configuration';
import { CommandIo } from '../workspace-admin/command/command';
import { openWorkspace, refuseUnlessLasting } from '../workspace-admin/command/on-workspace';
import { Check, ConnectedDeployment, Deployment } from './check';
import { CLOCK_CHECK } from './checks/clock.check';
import { COLLECTIONS_CHECK } from './checks/collections.check';
import { CONFIGURATION_CHECK } from './checks/configuration.check';
import { DATABASE_CHECK } from './checks/database.check';
import { DEMO_CHECK } from './checks/demo.check';
import { INDEXES_CHECK } from './checks/indexes.check';
import { MAIL_CHECK } from './checks/mail.check';
import { OWN_INDEXES_CHECK } from './checks/own-indexes.check';
import { PERMISSIONS_CHECK } from './checks/permissions.check';
import { REPLICATION_CHECK } from './checks/replication.check';
import { RIGHTS_CHECK } from './checks/rights.check';
import { SESSION_INDEX_CHECK } from './checks/session-index.check';
import { SIZE_CHECK } from './checks/size.check';
import { TOTP_SECRETS_CHECK } from './checks/totp-secrets.check';
import { VERSIONS_CHECK } from './checks/versions.check';
import { failureReason } from './failure-reason';
import { fail, skip } from './finding';
import { NamedFinding } from './named-finding';
import { runCheck } from './run-check';

const LOCAL_CHECKS: Check<Deployment>[] = [CONFIGURATION_CHECK, MAIL_CHECK];
const DATABASE_CHECKS: Check[] = [
  DATABASE_CHECK,
  RIGHTS_CHECK,
  REPLICATION_CHECK,
  CLOCK_CHECK,
  COLLECTIONS_CHECK,
  INDEXES_CHECK,
  OWN_INDEXES_CHECK,
  PERMISSIONS_CHECK,
  TOTP_SECRETS_CHECK,
  DEMO_CHECK,
  SESSION_INDEX_CHECK,
  SIZE_CHECK,
];

/** The file of the embedded database that exists once it has been started in a directory. */
const EMBEDDED_JOURNAL = 'journal';

/** Runs all checks. When one fails, only the checks that depend on it are skipped. */
export async function examine(io: CommandIo, clock: Clock): Promise<NamedFinding[]> {
  const versions = await runCheck(VERSIONS_CHECK, process.versions.node);
  let configuration: Configuration;
  try {
    configuration = readConfiguration(io.env, io.folder);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    const advice = 'Correct it; docs/operations.md explains every variable.';
    const wrong = { check: CONFIGURATION_CHECK.name, ...fail(error.message, advice) };
    const others = [MAIL_CHECK, ...DATABASE_CHECKS].map(({ name }) => name);
    return [versions, wrong, ...skipAll(others, 'the configuration is wrong')];
  }
  const deployment = { configuration, clock };
  const local: NamedFinding[] = [];
  for (const check of LOCAL_CHECKS) local.push(await runCheck(check, deployment));
  return [versions, ...local, ...(await examineDatabase(deployment, io))];
}

async function examineDatabase(deployment: Deployment, io: CommandIo): Promise<NamedFinding[]> {
  let connected: ConnectedDeployment;
  try {
    connected = await connect(deployment, io);
  } catch (error) {
    const [database, ...others] = DATABASE_CHECKS.map(({ name }) => name);
    const advice = 'Fix it, and check that the database accepts this machine.';
    const unreachable = { check: database ?? '', ...fail(failureReason(error), advice) };
    return [unreachable, ...skipAll(others, 'the database cannot be used')];
  }
  try {
    const findings: NamedFinding[] = [];
    for (const check of DATABASE_CHECKS) findings.push(await runCheck(check, connected));
    return findings;
  } finally {
    await connected.context.close();
  }
}

/** Tries once, for DATABASE_TIMEOUT_MS: only the start of the service waits for a database. */
async function connect(deployment: Deployment, io: CommandIo): Promise<ConnectedDeployment> {
  const { database } = deployment.configuration;
  refuseUnlessLasting(deployment.configuration);
  const { uri, embeddedDirectory = '' } = database;
  // The embedded database would create its directory and its journal, but the doctor changes nothing.
  if (uri === undefined && !existsSync(join(embeddedDirectory, EMBEDDED_JOURNAL))) {
    throw new OperatorError('MONGODB_URI is not set, and EMBEDDED_DATA_DIR holds no database.');
  }
  database.startupTimeoutSeconds = Math.ceil(database.timeoutMs / 1000);
  const context = await openWorkspace(deployment.configuration, io);
  const { db } = context.get<Connection>(getConnectionToken(), { strict: false });
  if (!db) throw new Error('A connection that is open has a database.');
  return { ...deployment, context, db };
}

function skipAll(checks: string[], why: string): NamedFinding[] {
  return checks.map((check) => ({ check, ...skip(why) }));
}
