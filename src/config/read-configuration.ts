import { Configuration, loadConfiguration } from './configuration';
import { ConfigurationError } from './configuration-error';
import { findMisnamedFiles, readEnvironmentFile } from './environment-file';

/** Completes the environment from `.env` in the working directory, for libraries too. @throws ConfigurationError */
export function readConfiguration(
  env: NodeJS.ProcessEnv = process.env,
  folder = process.cwd(),
): Configuration {
  const file = readEnvironmentFile(folder);
  for (const [name, value] of Object.entries(file)) {
    // A blank variable counts as absent, except `MONGODB_URI`: a blank one is an error.
    if (env[name] === undefined || (name !== 'MONGODB_URI' && !env[name].trim())) env[name] = value;
  }
  const configuration = loadConfiguration(env, Object.keys(file));
  const [misnamed] = configuration.database.uri === undefined ? findMisnamedFiles(folder) : [];
  if (misnamed === undefined) return configuration;
  throw new ConfigurationError(
    `There is no .env, but ${misnamed}, which is not read: rename it, or remove it to run the demo.`,
  );
}
