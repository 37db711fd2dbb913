import type { tracing } from '@opentelemetry/sdk-node';
import { CleanExporter } from './clean.exporter';

const SECRET = 'hunter2';
const state = { serialize: () => SECRET };
const context = { traceId: 't', spanId: 's', traceFlags: 1, traceState: state };

const SPAN = {
  name: 'GET /api/v1/me',
  attributes: { 'http.route': '/api/v1/me', 'url.path': SECRET, 'db.query.text': SECRET },
  status: { code: 2, message: SECRET },
  events: [{ name: 'exception', attributes: { 'exception.message': SECRET } }],
  links: [{ context, attributes: { a: SECRET } }],
  parentSpanContext: context,
  spanContext: () => context,
} as unknown as tracing.ReadableSpan;

describe('CleanExporter', () => {
  let exported: tracing.ReadableSpan[];
  let failures: string[];

  const deliver = (result: { code: number; error?: Error }): object => {
    exported = [];
    failures = [];
    let answer = {};
    const inner = {
      export: (spans: tracing.ReadableSpan[], done: (result: object) => void) => {
        exported = spans;
        done(result);
      },
      shutdown: () => Promise.resolve(),
    } as unknown as tracing.SpanExporter;
    const exporter = new CleanExporter(inner, (name) => failures.push(name));
    exporter.export([SPAN], (given) => (answer = given));
    return answer;
  };

  it('passes on only what is known to be harmless', () => {
    deliver({ code: 0 });
    const [span] = exported;
    expect(span).toMatchObject({
      name: 'GET /api/v1/me',
      attributes: { 'http.route': '/api/v1/me' },
      status: { code: 2 },
      events: [],
      links: [],
    });
    const seen = [span?.attributes, span?.status, span?.parentSpanContext, span?.spanContext()];
    expect(JSON.stringify(seen)).not.toContain(SECRET);
    expect(span?.spanContext()).toEqual({ traceId: 't', spanId: 's', traceFlags: 1 });
    expect(span?.parentSpanContext).not.toHaveProperty('traceState');
  });

  it('tells of failures by the name of the error only', () => {
    expect(deliver({ code: 1, error: new TypeError(SECRET) })).toEqual({ code: 1 });
    expect(failures).toEqual(['TypeError']);
    deliver({ code: 0 });
    expect(failures).toEqual([]);
  });
});
