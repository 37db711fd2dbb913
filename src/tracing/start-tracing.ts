import { createRequire } from 'node:module';
import { Logger } from '@nestjs/common';
import type * as Api from '@opentelemetry/api';
import type * as Mongo from '@opentelemetry/instrumentation-mongodb';
import type * as Sdk from '@opentelemetry/sdk-node';
import type * as Otel from '@fastify/otel';
import type { FastifyRequest } from 'fastify';
import type { LogFields } from '../common/logging/service.logger';
import { CleanExporter } from './clean.exporter';
import { OTLP_EXPORTERS, readTracingSettings, TracingSettings } from './tracing-settings';

/** The last lines that run on Node 20, as in the development dependencies. */
export const TRACING_PACKAGES = {
  '@opentelemetry/api': '1.9.0',
  '@opentelemetry/sdk-node': '0.221.0',
  '@opentelemetry/instrumentation-mongodb': '0.76.0',
  '@fastify/otel': '0.21.0',
};

const STOP_MS = 3000;
const QUIET_MS = 60_000;

/** Tracing that runs; for the log and for the end of the process. */
export interface Tracing {
  /** The fields that lead from a log line to its trace, where there is one. */
  surroundings: () => LogFields | undefined;
  /** The same for a request that is over. */
  ofRequest: (request: FastifyRequest) => LogFields | undefined;
  /** Delivers what is not yet delivered, for a few seconds at most. */
  stop: () => Promise<void>;
}

type Load = (name: string) => unknown;

/**
 * Starts OpenTelemetry if the environment asks for it; else nothing is loaded. Must run before anything loads Fastify or
 * the driver, which it hooks into.
 * @throws Error in plain words when the packages are not installed, or a variable is wrong
 */
export function startTracing(
  env: NodeJS.ProcessEnv,
  load: Load = createRequire(__filename),
): Tracing | undefined {
  const settings = readTracingSettings(env);
  if (!settings) return undefined;
  const names = Object.keys(TRACING_PACKAGES);
  const [api, sdk, mongo, otel] = names.map((name) => loadPackage(load, name)) as [
    typeof Api,
    typeof Sdk,
    typeof Mongo,
    typeof Otel,
  ];
  if (!/(^|,)service\.name=/.test(env.OTEL_RESOURCE_ATTRIBUTES ?? '')) {
    if (!env.OTEL_SERVICE_NAME?.trim()) env.OTEL_SERVICE_NAME = 'workspace-sessions';
  }
  const { envDetector, hostDetector } = sdk.resources;
  const node = new sdk.NodeSDK({
    traceExporter: new CleanExporter(createExporter(settings, sdk), warnQuietly()),
    // Metrics and logs have ways of their own.
    metricReaders: [],
    logRecordProcessors: [],
    // By default also the command line and the user of the process.
    ...(env.OTEL_NODE_RESOURCE_DETECTORS ? {} : { resourceDetectors: [envDetector, hostDetector] }),
    instrumentations: [
      new mongo.MongoDBInstrumentation({
        requireParentSpan: true,
        dbStatementSerializer: () => '',
      }),
      new otel.FastifyOtelInstrumentation({
        registerOnInitialization: true,
        recordExceptions: false,
        instrumentHooks: false,
        requestHook: (span, { method, routeOptions: { url } }) => {
          span.updateName(url === undefined ? method : `${method} ${url}`);
        },
        lifecycleHook: (span) => {
          span.updateName('handler');
        },
      }),
    ],
  });
  node.start();
  // Through our own require, which is hooked: an ES module might load it first.
  createRequire(createRequire(__filename).resolve('mongoose'))('mongodb');
  return describeTracing(api, node, env.OTEL_SERVICE_NAME);
}

function describeTracing(api: typeof Api, sdk: Sdk.NodeSDK, service: string | undefined): Tracing {
  const fieldsOf = (context: Api.Context | null | undefined): LogFields | undefined => {
    const span = context && api.trace.getSpanContext(context);
    if (!span) return undefined;
    return { 'service.name': service, trace_id: span.traceId, span_id: span.spanId };
  };
  return {
    surroundings: () => fieldsOf(api.context.active()),
    ofRequest: (request) => {
      const traced: Partial<Pick<FastifyRequest, 'opentelemetry'>> = request;
      return fieldsOf(traced.opentelemetry?.().context);
    },
    stop: async () => {
      let timer: NodeJS.Timeout | undefined;
      const bound = new Promise<void>((resolve) => (timer = setTimeout(resolve, STOP_MS)));
      await Promise.race([sdk.shutdown().catch(() => undefined), bound]);
      clearTimeout(timer);
    },
  };
}

function createExporter(
  { exporter, protocol }: TracingSettings,
  sdk: typeof Sdk,
): Sdk.tracing.SpanExporter {
  if (exporter === 'console') return new sdk.tracing.ConsoleSpanExporter();
  const ofSdk = createRequire(createRequire(__filename).resolve('@opentelemetry/sdk-node'));
  const { OTLPTraceExporter } = ofSdk(OTLP_EXPORTERS[protocol]) as {
    OTLPTraceExporter: new () => Sdk.tracing.SpanExporter;
  };
  return new OTLPTraceExporter();
}

function loadPackage(load: Load, name: string): unknown {
  try {
    return load(name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error;
    const packages = Object.entries(TRACING_PACKAGES).map((entry) => entry.join('@'));
    throw new Error(
      `The OTEL_ variables ask for tracing, but ${name} is not installed. Install its packages, or set ` +
        `OTEL_SDK_DISABLED=true: npm install --no-save --save-prod --omit=dev ${packages.join(' ')}`,
      { cause: error },
    );
  }
}

/** A collector that is away must not fill the log. */
function warnQuietly(): (name: string) => void {
  let isQuiet = false;
  return (name) => {
    if (isQuiet) return;
    isQuiet = true;
    setTimeout(() => (isQuiet = false), QUIET_MS).unref();
    new Logger('Tracing').warn(`Spans could not be delivered to the collector: ${name}`);
  };
}
