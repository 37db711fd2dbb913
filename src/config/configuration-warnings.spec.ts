import { loadConfiguration } from './configuration';
import { findConfigurationWarnings } from './configuration-warnings';

describe('findConfigurationWarnings', () => {
  it('warns about statements that may outlive their requests', () => {
    const warn = (env: NodeJS.ProcessEnv): string[] =>
      findConfigurationWarnings(loadConfiguration(env));
    expect(warn({})).toEqual([]);
    expect(warn({ DATABASE_TIMEOUT_MS: '4999' })).toEqual([]);
    expect(warn({ DATABASE_TIMEOUT_MS: '5001' })).toEqual([
      expect.stringContaining(
        'DATABASE_TIMEOUT_MS (5001) is longer than REQUEST_TIMEOUT_MS (5000)',
      ),
    ]);
  });
});
