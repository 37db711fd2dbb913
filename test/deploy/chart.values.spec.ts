import { problemsOf, Values, valuesWith } from '../support/chart/chart';

const SECRET = 'sessions-secrets';

describe("the chart's schema of values", () => {
  it.each<[string, Values]>([
    ['no Secret', {}],
    ['an unknown value', { existingSecret: SECRET, replica: 2 }],
    ['a number in config', { existingSecret: SECRET, config: { TRUSTED_PROXY_COUNT: 1 } }],
    [
      'a secret in config',
      { existingSecret: SECRET, config: { MONGODB_URI: 'mongodb://db/chat' } },
    ],
    ['no replica', { existingSecret: SECRET, replicas: 0 }],
    ['an Ingress without a host', { existingSecret: SECRET, ingress: { enabled: true } }],
    [
      'a ServiceMonitor without the management port',
      {
        existingSecret: SECRET,
        management: { enabled: false },
        serviceMonitor: { enabled: true },
      },
    ],
    [
      'a time to start that is none',
      { existingSecret: SECRET, config: { STARTUP_TIMEOUT_SECONDS: '1 minute' } },
    ],
    [
      'a longer time to start than the service takes',
      { existingSecret: SECRET, config: { STARTUP_TIMEOUT_SECONDS: '3601' } },
    ],
    ['rules for DNS that are no list', { existingSecret: SECRET, networkPolicy: { dns: {} } }],
    ['a policy that admits everybody', { existingSecret: SECRET, networkPolicy: { from: [] } }],
    ['a digest that is none', { existingSecret: SECRET, image: { digest: 'latest' } }],
  ])('refuses %s', (_name, values) => {
    expect(problemsOf(valuesWith(values))).not.toEqual([]);
  });

  // Helm takes away what is null, and the startup probe would not wait.
  it('refuses values without the time to start', () => {
    const values = valuesWith({ existingSecret: SECRET });
    expect(problemsOf({ ...values, config: {} })).not.toEqual([]);
  });
});
