import { prepareTracing } from './tracing-environment';

const FILE = { OTEL_TRACES_EXPORTER: 'console', OTEL_SERVICE_NAME: 'ws', PORT: '1' };

describe('prepareTracing', () => {
  it('takes what .env says of tracing, unless the environment says it', () => {
    const env = { OTEL_SERVICE_NAME: 'own', OTEL_TRACES_EXPORTER: ' ' };
    expect(prepareTracing(env, FILE, false)).toBe(true);
    expect(env).toEqual({ OTEL_SERVICE_NAME: 'own', OTEL_TRACES_EXPORTER: 'console' });
  });

  it.each<[Record<string, string>, object]>([
    [{ CLUSTER_WORKERS: '2' }, {}],
    [{ CLUSTER_WORKERS: '2' }, { CLUSTER_WORKERS: '1' }],
    [{}, { CLUSTER_WORKERS: '2' }],
    [{ CLUSTER_WORKERS: '' }, { CLUSTER_WORKERS: '2' }],
  ])('leaves the primary untraced, and its workers to read .env: %j, %j', (env, file) => {
    const before = { ...env };
    expect(prepareTracing(env, { ...FILE, ...file }, false)).toBe(false);
    expect(env).toEqual(before);
    expect(prepareTracing(env, { ...FILE, ...file }, true)).toBe(true);
    expect(env).toMatchObject({ OTEL_TRACES_EXPORTER: 'console' });
  });

  it('traces a single process', () => {
    expect(prepareTracing({ CLUSTER_WORKERS: '1' }, { CLUSTER_WORKERS: '2' }, false)).toBe(true);
  });
});
