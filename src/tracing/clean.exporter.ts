import type { Attributes, SpanContext } from '@opentelemetry/api';
import type { tracing } from '@opentelemetry/sdk-node';

/** What a span may say; anything else that a library adds, now or after an upgrade, is left out. */
const ALLOWED = [
  'http.request.method',
  'http.route',
  'http.response.status_code',
  'db.system.name',
  'db.namespace',
  'db.collection.name',
  'db.operation.name',
  'server.address',
  'server.port',
];

/**
 * Passes spans on without what may hold a path, a query, a statement or a value of a document: the messages of errors,
 * events, links, the trace state that a client sent, and every attribute that is not listed.
 */
export class CleanExporter implements tracing.SpanExporter {
  /** @param onFailure called with the name of the error when spans could not be delivered */
  constructor(
    private readonly exporter: tracing.SpanExporter,
    private readonly onFailure: (name: string) => void,
  ) {}

  export: tracing.SpanExporter['export'] = (spans, done) => {
    this.exporter.export(spans.map(clean), (result) => {
      if (result.error) this.onFailure(result.error.name);
      // The SDK would print the error, which may hold the collector's answer.
      done(result.error ? { code: result.code } : result);
    });
  };

  shutdown(): Promise<void> {
    return this.exporter.shutdown();
  }

  forceFlush(): Promise<void> {
    return this.exporter.forceFlush?.() ?? Promise.resolve();
  }
}

function clean(span: tracing.ReadableSpan): tracing.ReadableSpan {
  const attributes: Attributes = {};
  for (const name of ALLOWED) {
    const value = span.attributes[name];
    if (value !== undefined) attributes[name] = value;
  }
  const own = withoutState(span.spanContext());
  const parent = span.parentSpanContext && withoutState(span.parentSpanContext);
  return Object.create(span, {
    attributes: { value: attributes, enumerable: true },
    status: { value: { code: span.status.code }, enumerable: true },
    events: { value: [], enumerable: true },
    links: { value: [], enumerable: true },
    parentSpanContext: { value: parent, enumerable: true },
    spanContext: { value: () => own },
  }) as tracing.ReadableSpan;
}

/** The trace state is text that a client sent. */
function withoutState({ traceId, spanId, traceFlags, isRemote }: SpanContext): SpanContext {
  return { traceId, spanId, traceFlags, ...(isRemote === undefined ? {} : { isRemote }) };
}
