import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { countsOf, samplesIn } from '../../test/support/metrics';
import { metricsForPrimary, MetricsOfWorker, textOfWorkers, WorkerCounts } from './cluster.metrics';

/** What a worker answers that has counted this much, as it arrives in the primary. */
async function answerOf(slot: number, count: number): Promise<MetricsOfWorker> {
  const registry = new Registry();
  const registers = [registry];
  new Counter({ name: 'ws_a_total', help: 'A', labelNames: ['reason'], registers }).inc(
    { reason: 'x' },
    count,
  );
  new Gauge({ name: 'ws_b', help: 'B', aggregator: 'omit', registers }).set(NaN);
  new Histogram({ name: 'ws_c', help: 'C', buckets: [1], registers }).observe(count);
  const value: unknown = JSON.parse(JSON.stringify(await metricsForPrimary(registry)));
  return { slot, value };
}

const COUNTS: WorkerCounts = { wanted: 2, listening: 2, restarts: 0 };

describe('textOfWorkers', () => {
  it('shows the series of each worker, so that one that begins again takes none from the others', async () => {
    const both = await textOfWorkers([await answerOf(0, 40), await answerOf(1, 2)], COUNTS);
    expect(countsOf(both, 'ws_a_total')).toEqual({ 'x 0': 40, 'x 1': 2 });
    expect(countsOf(both, 'ws_b')).toEqual({ '0': NaN, '1': NaN });
    expect(countsOf(both, 'ws_c_sum')).toEqual({ '0': 40, '1': 2 });
    expect(countsOf(both, 'ws_c_bucket')).toEqual({ '+Inf 0': 1, '+Inf 1': 1 });
    expect(both.match(/^# TYPE .*$/gm)).toEqual([
      '# TYPE ws_workers_wanted gauge',
      '# TYPE ws_workers_listening gauge',
      '# TYPE ws_worker_restarts_total counter',
      '# TYPE ws_a_total counter',
      '# TYPE ws_b gauge',
      '# TYPE ws_c histogram',
    ]);
    const again = await textOfWorkers([await answerOf(0, 40), await answerOf(1, 0)], COUNTS);
    expect(countsOf(again, 'ws_a_total')).toEqual({ 'x 0': 40 });
  });

  it.each([
    [Infinity, '+Inf'],
    [-Infinity, '-Inf'],
    [NaN, 'Nan'],
    [0.1, '0.1'],
  ])('shows %d, which may be more than JSON can say', async (number, shown) => {
    const registry = new Registry();
    new Gauge({ name: 'ws_lag', help: 'Lag', registers: [registry] }).set(number);
    const value: unknown = JSON.parse(JSON.stringify(await metricsForPrimary(registry)));
    expect(await textOfWorkers([{ slot: 0, value }], COUNTS)).toContain(
      `\nws_lag{worker="0"} ${shown}\n`,
    );
  });

  it('shows of none that none listens', async () => {
    const text = await textOfWorkers([], { wanted: 2, listening: 0, restarts: 3 });
    expect(samplesIn(text).map(({ name, value }) => `${name} ${value}`)).toEqual([
      'ws_workers_wanted 2',
      'ws_workers_listening 0',
      'ws_worker_restarts_total 3',
    ]);
  });
});
