import { Counter, Gauge, Registry } from 'prom-client';
import { countsOf, samplesIn } from '../../test/support/metrics';
import { Readiness } from '../health/readiness';
import { metricsForPrimary, READY_GAUGE } from '../metrics/cluster.metrics';
import { AskedProcesses, metricsOf, readinessOf } from './cluster-management';

const READY: Readiness = { status: 'ok', details: { database: { status: 'up' } } };
const DRAINING: Readiness = {
  status: 'error',
  details: { database: { status: 'up' }, service: { status: 'down', message: 'draining' } },
};
const SILENT = { status: 'error', details: { service: { status: 'down', message: 'no answer' } } };

/** Processes that answer so, each in its own place. */
const answering = (...values: unknown[]): AskedProcesses => ({
  state: { wanted: 4, listening: values.length, restarts: 7 },
  ask: () => Promise.resolve(values.map((value, slot) => ({ slot, value }))),
});

describe('readinessOf', () => {
  it.each<[string, AskedProcesses, object]>([
    ['all are ready', answering(READY, READY), READY],
    ['one is not', answering(READY, DRAINING), DRAINING],
    ['one does not answer', answering(READY, undefined), SILENT],
    ['none listens', answering(), SILENT],
  ])('asks all processes: %s', async (_case, processes, expected) => {
    expect(await readinessOf(processes)).toEqual(expected);
  });
});

describe('metricsOf', () => {
  it('shows a process that does not answer as not ready, beside what the others tell', async () => {
    const registry = new Registry();
    new Gauge({ ...READY_GAUGE, registers: [registry] }).set(1);
    new Counter({ name: 'ws_a_total', help: 'A', registers: [registry] }).inc(2);
    const text = await metricsOf(answering(undefined, await metricsForPrimary(registry)));
    expect(countsOf(text, 'ws_a_total')).toEqual({ '1': 2 });
    expect(samplesIn(text).filter(({ name }) => name === 'ws_ready')).toEqual([
      { name: 'ws_ready', labels: { worker: '0' }, value: 0 },
      { name: 'ws_ready', labels: { worker: '1' }, value: 1 },
    ]);
    expect(text.match(/^# TYPE ws_ready gauge$/gm)).toHaveLength(1);
  });

  it('tells how many there should be, how many listen, and how often one was started again', async () => {
    const text = await metricsOf(answering(undefined));
    expect(samplesIn(text).filter(({ name }) => name !== 'ws_ready')).toEqual([
      { name: 'ws_workers_wanted', labels: {}, value: 4 },
      { name: 'ws_workers_listening', labels: {}, value: 1 },
      { name: 'ws_worker_restarts_total', labels: {}, value: 7 },
    ]);
    expect(text.match(/^# TYPE ws_worker.*$/gm)).toEqual([
      '# TYPE ws_workers_wanted gauge',
      '# TYPE ws_workers_listening gauge',
      '# TYPE ws_worker_restarts_total counter',
    ]);
  });

  it('shows one that does not answer when no other does', async () => {
    const text = await metricsOf(answering(undefined));
    expect(samplesIn(text).filter(({ name }) => name === 'ws_ready')).toEqual([
      { name: 'ws_ready', labels: { worker: '0' }, value: 0 },
    ]);
  });
});
