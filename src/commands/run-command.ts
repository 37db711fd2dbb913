import { existsSync } from 'node:fs';
import { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Refusal } from '../common/errors/refusal';
import { escapeUnprintableLines } from '../common/printable';
import { ConfigurationError, loadConfiguration } from '../config/configuration';
import { CommandModule } from './command.module';
import { StderrLogger } from './stderr.logger';

/** Runs a command. Whatever it throws ends the process with 1; only what nobody foresaw shows a stack. */
export function runCommand(command: () => Promise<void>): void {
  command().catch((error: unknown) => {
    const expected = error instanceof Refusal || error instanceof ConfigurationError;
    const text = error instanceof Error ? (expected ? error.message : error.stack) : undefined;
    // A file that was refused, or a database, may have names of anything in it.
    console.error(escapeUnprintableLines(text ?? String(error)));
    process.exit(1);
  });
}

/**
 * Lets a command act on the workspace's database, configured as the service is, and lets go of it afterwards.
 * Without `MONGODB_URI` that is the embedded one in the data directory, which one process uses at a time.
 * @throws Refusal when the database would be gone with the command
 */
export async function onWorkspace(
  action: (context: INestApplicationContext) => Promise<void>,
): Promise<void> {
  if (existsSync('.env')) process.loadEnvFile('.env');
  const configuration = loadConfiguration(process.env);
  const { MONGODB_URI, embeddedDirectory } = configuration;
  if (MONGODB_URI === undefined && embeddedDirectory === undefined) {
    throw new Refusal(
      'MONGODB_URI is not set, and EMBEDDED_DATA_DIR is "memory": this command works on a database that lasts. Set one ' +
        'of them, in the environment or in .env: mongodb://HOST/DATABASE, or a directory.',
    );
  }
  const context = await NestFactory.createApplicationContext(CommandModule.forRoot(configuration), {
    logger: new StderrLogger(),
    abortOnError: false,
  });
  try {
    await action(context);
  } finally {
    await context.close();
  }
}
