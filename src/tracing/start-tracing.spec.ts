import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startTracing, TRACING_PACKAGES } from './start-tracing';
import { readTracingSettings } from './tracing-settings';

const ENDPOINT = 'http://127.0.0.1:9';

describe('readTracingSettings', () => {
  it.each([
    [{}],
    [{ OTEL_SERVICE_NAME: 'x' }],
    [{ OTEL_TRACES_EXPORTER: 'none', OTEL_EXPORTER_OTLP_ENDPOINT: ENDPOINT }],
    [{ OTEL_TRACES_EXPORTER: ' ', OTEL_EXPORTER_OTLP_ENDPOINT: '' }],
    [{ OTEL_SDK_DISABLED: 'True', OTEL_EXPORTER_OTLP_ENDPOINT: ENDPOINT }],
  ])('is off with %j', (env) => {
    expect(readTracingSettings(env)).toBeUndefined();
  });

  it.each([
    [{ OTEL_TRACES_EXPORTER: 'otlp' }, 'otlp', 'http/protobuf'],
    [{ OTEL_TRACES_EXPORTER: 'console' }, 'console', 'http/protobuf'],
    [
      { OTEL_EXPORTER_OTLP_ENDPOINT: ENDPOINT, OTEL_SDK_DISABLED: 'false' },
      'otlp',
      'http/protobuf',
    ],
    [
      { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: ENDPOINT, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' },
      'otlp',
      'grpc',
    ],
  ])('is on with %j', (env, exporter, protocol) => {
    expect(readTracingSettings(env)).toEqual({ exporter, protocol });
  });

  it.each([
    [{ OTEL_TRACES_EXPORTER: 'zipkin' }, 'OTEL_TRACES_EXPORTER'],
    [{ OTEL_TRACES_EXPORTER: 'otlp,console' }, 'OTEL_TRACES_EXPORTER'],
    [
      { OTEL_TRACES_EXPORTER: 'otlp', OTEL_EXPORTER_OTLP_PROTOCOL: 'carrier-pigeon' },
      'OTEL_EXPORTER_OTLP_PROTOCOL',
    ],
  ])('refuses %j, whose spans would go nowhere', (env, variable) => {
    expect(() => readTracingSettings(env)).toThrow(variable);
  });
});

describe('startTracing', () => {
  const notInstalled = (name: string): never => {
    throw Object.assign(new Error(name), { code: 'MODULE_NOT_FOUND' });
  };

  it('loads nothing when it is off', () => {
    const load = jest.fn();
    expect(startTracing({}, load)).toBeUndefined();
    expect(load).not.toHaveBeenCalled();
  });

  it('says what to install when its packages are missing', () => {
    const start = (): unknown => startTracing({ OTEL_TRACES_EXPORTER: 'otlp' }, notInstalled);
    expect(start).toThrow(
      /@opentelemetry\/api is not installed.*npm install --no-save .*OTEL_|npm/,
    );
    expect(start).toThrow('@opentelemetry/sdk-node@0.221.0');
    expect(start).toThrow('OTEL_SDK_DISABLED=true');
  });

  it('names the versions that are tested', () => {
    const text = readFileSync(join(__dirname, '../../package.json'), 'utf8');
    const { devDependencies } = JSON.parse(text) as { devDependencies: object };
    expect(devDependencies).toMatchObject(TRACING_PACKAGES);
  });
});
