import { AggregatorRegistry, Gauge, Registry } from 'prom-client';

/** The question to a worker whose answer is its metrics, as `metricsForPrimary` gives them. */
export const METRICS_QUESTION = 'metrics';

/** Each process has it, and the primary has it for those that do not answer. */
export const READY_GAUGE = {
  name: 'ws_ready',
  help: 'Whether /health/ready says 200 (1) or 503 (0).',
};

type Metrics = Awaited<ReturnType<Registry['getMetricsAsJSON']>>;

/** What one worker has counted, by its place among the workers. Undefined if it does not answer. */
export interface MetricsOfWorker {
  slot: number;
  value: unknown;
}

/** In a worker: all that it has counted, as JSON. */
export function metricsForPrimary(registry: Registry): Promise<Metrics> {
  return registry.getMetricsAsJSON();
}

/**
 * In the primary: each series with the label `worker`, in Prometheus' text format. No sums: a worker that begins again
 * takes its counts out of a sum, and Prometheus would count the rest of it once more.
 */
export async function textOfWorkers(answers: MetricsOfWorker[]): Promise<string> {
  const all = answers.map(async ({ slot, value }) =>
    labelled((value as Metrics | undefined) ?? (await metricsOfSilent()), String(slot)),
  );
  return AggregatorRegistry.aggregate(await Promise.all(all)).metrics();
}

/** All that is known of a worker that does not answer. */
function metricsOfSilent(): Promise<Metrics> {
  const registry = new Registry();
  new Gauge({ ...READY_GAUGE, registers: [registry] }).set(0);
  return registry.getMetricsAsJSON();
}

function labelled(metrics: Metrics, worker: string): Metrics {
  return metrics.map((metric) => ({
    ...metric,
    // No two series have the same labels, so nothing is added up; other aggregators would leave some out.
    aggregator: 'sum',
    values: metric.values.map((sample) => ({
      ...sample,
      // JSON has no NaN, which a summary without observations is.
      value: (sample.value as number | null) ?? NaN,
      labels: { ...sample.labels, worker },
    })),
  }));
}
