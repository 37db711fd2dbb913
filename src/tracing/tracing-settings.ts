/** What the standard `OTEL_*` variables ask for; tracing is off without them. */
export interface TracingSettings {
  exporter: 'otlp' | 'console';
  /** Of OTLP. */
  protocol: keyof typeof OTLP_EXPORTERS;
}

/** The package that speaks each protocol; all come with the SDK. */
export const OTLP_EXPORTERS = {
  'http/protobuf': '@opentelemetry/exporter-trace-otlp-proto',
  'http/json': '@opentelemetry/exporter-trace-otlp-http',
  grpc: '@opentelemetry/exporter-trace-otlp-grpc',
} as const;

/** Any of them turns tracing on. */
const ASKS = [
  'OTEL_TRACES_EXPORTER',
  'OTEL_EXPORTER_OTLP_ENDPOINT',
  'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT',
];

/**
 * Blank variables count as absent, as OpenTelemetry demands.
 * @returns undefined when tracing is off
 * @throws Error when a variable names what this service cannot do
 */
export function readTracingSettings(env: NodeJS.ProcessEnv): TracingSettings | undefined {
  const read = (name: string): string | undefined => {
    const text = env[name]?.trim();
    return text === '' ? undefined : text;
  };
  if (read('OTEL_SDK_DISABLED')?.toLowerCase() === 'true') return undefined;
  if (!ASKS.some((name) => read(name) !== undefined)) return undefined;
  const exporter = read('OTEL_TRACES_EXPORTER') ?? 'otlp';
  if (exporter === 'none') return undefined;
  if (exporter !== 'otlp' && exporter !== 'console') {
    throw new Error('OTEL_TRACES_EXPORTER must be one of: otlp, console, none.');
  }
  const protocol =
    read('OTEL_EXPORTER_OTLP_TRACES_PROTOCOL') ??
    read('OTEL_EXPORTER_OTLP_PROTOCOL') ??
    'http/protobuf';
  if (!isProtocol(protocol)) {
    const known = Object.keys(OTLP_EXPORTERS).join(', ');
    throw new Error(`OTEL_EXPORTER_OTLP_PROTOCOL must be one of: ${known}.`);
  }
  return { exporter, protocol };
}

function isProtocol(text: string): text is keyof typeof OTLP_EXPORTERS {
  return Object.hasOwn(OTLP_EXPORTERS, text);
}
