import { Configuration, loadConfiguration } from './configuration';
import { ConfigurationError } from './configuration-error';
import { findMisnamedFiles, readEnvironmentFile } from './environment-file';

/**
 * What the service and its commands run with: the environment, and what it leaves open from the file `.env` in the
 * working directory. Puts those into the environment, for the libraries that read it.
 * @throws ConfigurationError
 */
export function readConfiguration(
  env: NodeJS.ProcessEnv = process.env,
  folder = process.cwd(),
): Configuration {
  const file = readEnvironmentFile(folder);
  for (const [name, value] of Object.entries(file)) {
    // A blank variable counts as absent. Only of the database it says that something has gone wrong.
    if (env[name] === undefined || (name !== 'MONGODB_URI' && !env[name].trim())) env[name] = value;
  }
  const configuration = loadConfiguration(env, Object.keys(file));
  const [misnamed] = configuration.database.uri === undefined ? findMisnamedFiles(folder) : [];
  if (misnamed === undefined) return configuration;
  throw new ConfigurationError(
    `There is no .env, but ${misnamed}, which is not read: rename it, or remove it to run the demo.`,
  );
}
