import { AggregatorRegistry, Counter, Gauge, Registry } from 'prom-client';

/** The question to a worker whose answer is its metrics, as `metricsForPrimary` gives them. */
export const METRICS_QUESTION = 'metrics';

/** Each process has it, and the primary has it for those that do not answer. */
export const READY_GAUGE = {
  name: 'ws_ready',
  help: 'Whether /health/ready says 200 (1) or 503 (0).',
};

type Metric = Awaited<ReturnType<Registry['getMetricsAsJSON']>>[number];
type Sample = Metric['values'][number];
/** Numbers as text: JSON has no infinity, and no NaN, which a summary without observations is. */
type SentMetric = Omit<Metric, 'values'> & {
  values: (Omit<Sample, 'value'> & { value: string })[];
};

/** What one worker has counted, by its place among the workers. Undefined if it does not answer. */
export interface MetricsOfWorker {
  slot: number;
  value: unknown;
}

/** What the primary itself knows of its workers. */
export interface WorkerCounts {
  wanted: number;
  listening: number;
  /** How often one ended unasked, since the primary's start. */
  restarts: number;
}

/** In a worker: all that it has counted, as JSON. */
export async function metricsForPrimary(registry: Registry): Promise<SentMetric[]> {
  const metrics = await registry.getMetricsAsJSON();
  return metrics.map((metric) => ({
    ...metric,
    values: metric.values.map((sample) => ({ ...sample, value: String(sample.value) })),
  }));
}

/**
 * In the primary: each series of its workers with the label `worker`, and its own, in Prometheus' text format. No sums: a
 * worker that begins again takes its counts out of a sum, and Prometheus would count the rest of it once more.
 */
export async function textOfWorkers(
  answers: MetricsOfWorker[],
  counts: WorkerCounts,
): Promise<string> {
  const ofWorkers = answers.map(async ({ slot, value }) =>
    labelled((value as SentMetric[] | undefined) ?? (await metricsOfSilent()), String(slot)),
  );
  const own = registryOf(counts).getMetricsAsJSON();
  return AggregatorRegistry.aggregate(await Promise.all([own, ...ofWorkers])).metrics();
}

/** The primary's own metrics: a worker that is dead tells nothing. */
export function registryOf({ wanted, listening, restarts }: WorkerCounts): Registry {
  const registry = new Registry();
  const registers = [registry];
  new Gauge({
    name: 'ws_workers_wanted',
    help: 'How many processes should serve.',
    registers,
  }).set(wanted);
  new Gauge({
    name: 'ws_workers_listening',
    help: 'How many processes listen.',
    registers,
  }).set(listening);
  new Counter({
    name: 'ws_worker_restarts_total',
    help: 'Processes that ended unasked, to be started again.',
    registers,
  }).inc(restarts);
  return registry;
}

/** All that is known of a worker that does not answer. */
function metricsOfSilent(): Promise<SentMetric[]> {
  const registry = new Registry();
  new Gauge({ ...READY_GAUGE, registers: [registry] }).set(0);
  return metricsForPrimary(registry);
}

function labelled(metrics: SentMetric[], worker: string): Metric[] {
  return metrics.map((metric) => ({
    ...metric,
    // No two series have the same labels, so nothing is added up; other aggregators would leave some out.
    aggregator: 'sum',
    values: metric.values.map((sample) => ({
      ...sample,
      value: Number(sample.value),
      labels: { ...sample.labels, worker },
    })),
  }));
}
