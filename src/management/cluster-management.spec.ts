import { Registry, Gauge } from 'prom-client';
import { Readiness } from '../health/readiness';
import { metricsForPrimary } from '../metrics/cluster.metrics';
import { AskedProcesses, metricsOf, readinessOf } from './cluster-management';

const READY: Readiness = { status: 'ok', details: { database: { status: 'up' } } };
const DRAINING: Readiness = {
  status: 'error',
  details: { database: { status: 'up' }, service: { status: 'down', message: 'draining' } },
};
const SILENT = { status: 'error', details: { service: { status: 'down', message: 'no answer' } } };

/** Processes that answer so, each in its own place. */
const answering = (...values: unknown[]): AskedProcesses => ({
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
  it('leaves out a process that does not answer', async () => {
    const registry = new Registry();
    new Gauge({ name: 'ws_ready', help: 'Ready', registers: [registry] }).set(1);
    const text = await metricsOf(answering(undefined, await metricsForPrimary(registry)));
    expect(text).toBe('# HELP ws_ready Ready\n# TYPE ws_ready gauge\nws_ready{worker="1"} 1\n');
  });
});
