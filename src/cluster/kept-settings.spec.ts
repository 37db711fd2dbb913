import { loadConfiguration } from '../config/configuration';
import { keptSettings } from './kept-settings';

describe('keptSettings', () => {
  const kept = (started: NodeJS.ProcessEnv, now: NodeJS.ProcessEnv): string[] =>
    keptSettings(loadConfiguration(started), loadConfiguration(now));

  it.each<[NodeJS.ProcessEnv, NodeJS.ProcessEnv, string[]]>([
    [{}, {}, []],
    [{}, { MANAGEMENT_PORT: '9090' }, ['MANAGEMENT_PORT']],
    [{ MANAGEMENT_PORT: '9090' }, { MANAGEMENT_PORT: '09090' }, []],
    [{ MANAGEMENT_PORT: '9090' }, {}, ['MANAGEMENT_PORT']],
    [{}, { MANAGEMENT_HOST: '0.0.0.0', LOG_LEVEL: 'debug' }, ['MANAGEMENT_HOST', 'LOG_LEVEL']],
    [{ LOG_FORMAT: 'json' }, {}, ['LOG_FORMAT']],
    // The workers read them.
    [{}, { REQUEST_TIMEOUT_MS: '60000', PORT: '3001', RATE_LIMIT_PER_MINUTE: '7' }, []],
  ])('of a primary started with %j that shall be %j: %j', (started, now, names) => {
    expect(kept(started, now)).toEqual(names);
  });
});
