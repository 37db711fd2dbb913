import { INestApplicationContext, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { OperatorError } from '../../common/errors/operator-error';
import { Configuration } from '../../config/configuration';
import { readConfiguration } from '../../config/read-configuration';
import { DemoRevocation } from '../demo/demo-revocation.service';
import { CommandIo } from './command';
import { CommandModule } from './command.module';
import { StderrLogger } from './stderr.logger';

export interface CommandNeeds {
  /** Whether it also runs on a copied demo in production. */
  mayHoldDemo?: boolean;
  /** Beside those that every command has. */
  modules?: readonly Type[];
  /** How long a statement may take at least: nobody waits at the other end of a request. */
  patienceMs?: number;
}

/**
 * Connects to the configured database, runs the action and disconnects.
 * @throws OperatorError when the database would not outlive the command, or is a copied demo in production
 */
export async function onWorkspace(
  io: CommandIo,
  action: (context: INestApplicationContext) => Promise<void>,
  { mayHoldDemo = false, modules = [], patienceMs = 0 }: CommandNeeds = {},
): Promise<void> {
  const configuration = readConfiguration(io.env, io.folder);
  refuseUnlessLasting(configuration);
  const { database } = configuration;
  database.timeoutMs = Math.max(database.timeoutMs, patienceMs);
  const context = await openWorkspace(configuration, io, modules);
  try {
    if (!mayHoldDemo) await context.get(DemoRevocation).refuseInProduction();
    await action(context);
  } finally {
    await context.close();
  }
}

export function refuseUnlessLasting({ database }: Configuration): void {
  if (database.uri !== undefined || database.embeddedDirectory !== undefined) return;
  throw new OperatorError(
    'MONGODB_URI is not set, and EMBEDDED_DATA_DIR is "memory": this command needs a database that outlives it. Set ' +
      'one of them, in the environment or in .env: mongodb://HOST/DATABASE, or a directory.',
  );
}

/** Connects to the database, with what a command needs of the service. The caller closes it. */
export function openWorkspace(
  configuration: Configuration,
  { stderr }: CommandIo,
  modules: readonly Type[] = [],
): Promise<INestApplicationContext> {
  return NestFactory.createApplicationContext(CommandModule.forRoot(configuration, modules), {
    logger: new StderrLogger(stderr),
    abortOnError: false,
  });
}
