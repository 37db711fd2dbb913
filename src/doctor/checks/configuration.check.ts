import { Configuration } from '../../config/configuration';
import { findConfigurationWarnings } from '../../config/configuration-warnings';
import { Check, Deployment } from '../check';
import { Finding, ok, warn } from '../finding';

/** Assesses a valid configuration. */
export function assessConfiguration(configuration: Configuration): Finding {
  const { environment, database, encryption } = configuration;
  const warnings = findConfigurationWarnings(configuration);
  if (warnings.length > 0) {
    return warn(warnings.join('\n'), 'Raise REQUEST_TIMEOUT_MS, or lower DATABASE_TIMEOUT_MS.');
  }
  if (database.uri === undefined) {
    return warn(
      'MONGODB_URI is not set: the doctor checks the embedded database, which is for trying and testing',
      "Set MONGODB_URI to check a deployment's database.",
    );
  }
  if (!environment.isProduction) {
    return warn(
      `NODE_ENV is ${environment.name}: credentials of a demo are not refused`,
      'Set NODE_ENV=production for a real deployment.',
    );
  }
  const keys = encryption.totpKeys.length;
  return ok(`valid, for production; ${keys} ${keys === 1 ? 'key' : 'keys'} for TOTP secrets`);
}

export const CONFIGURATION_CHECK: Check<Deployment> = {
  name: 'configuration',
  run: ({ configuration }) => Promise.resolve(assessConfiguration(configuration)),
};
