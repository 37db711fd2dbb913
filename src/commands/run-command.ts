import { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { OperatorError } from '../common/errors/operator-error';
import { readConfiguration } from '../config/read-configuration';
import { exitWithFailure } from '../exit-with-failure';
import { DemoRevocation } from '../workspace-admin/demo/demo-revocation.service';
import { CommandModule } from './command.module';
import { StderrLogger } from './stderr.logger';

/** Runs a command. Whatever it throws ends the process with 1; only what nobody foresaw shows a stack. */
export function runCommand(command: () => Promise<void>): void {
  command().catch(exitWithFailure);
}

/**
 * Lets a command act on the workspace's database, configured as the service is, and lets go of it afterwards.
 * Without `MONGODB_URI` that is the embedded one in the data directory, which one process uses at a time.
 * @throws Refusal when the database would be gone with the command, or when it holds credentials of the demo in
 * production, unless the command is there for that
 */
export async function onWorkspace(
  action: (context: INestApplicationContext) => Promise<void>,
  { mayHoldDemo = false } = {},
): Promise<void> {
  const configuration = readConfiguration();
  const { uri, embeddedDirectory } = configuration.database;
  if (uri === undefined && embeddedDirectory === undefined) {
    throw new OperatorError(
      'MONGODB_URI is not set, and EMBEDDED_DATA_DIR is "memory": this command works on a database that lasts. Set one ' +
        'of them, in the environment or in .env: mongodb://HOST/DATABASE, or a directory.',
    );
  }
  const context = await NestFactory.createApplicationContext(CommandModule.forRoot(configuration), {
    logger: new StderrLogger(),
    abortOnError: false,
  });
  try {
    if (!mayHoldDemo) await context.get(DemoRevocation).refuseInProduction();
    await action(context);
  } finally {
    await context.close();
  }
}
