import { loadConfiguration } from '../config/configuration';
import { boundsOf } from './worker-bounds';

describe('boundsOf', () => {
  it('leaves half a minute beyond what the settings allow for', () => {
    const configuration = loadConfiguration({
      STARTUP_TIMEOUT_SECONDS: '100',
      REQUEST_TIMEOUT_MS: '60000',
      CLUSTER_SILENCE_SECONDS: '7',
    });
    expect(boundsOf(configuration)).toEqual({ start: 130_000, retirement: 90_000, silence: 7000 });
  });
});
