import { Histogram, Registry } from 'prom-client';
import { BUCKETS } from './buckets';
import { DurationHistogram } from './duration.histogram';

describe('DurationHistogram', () => {
  const DESCRIPTION = { name: 'ws_x_seconds', help: 'X', labelNames: ['route', 'status'] };
  const SEEN: [number, string, string][] = [
    [0.0001, '/a', '200'],
    [0.02, '/a', '200'],
    [0.005, '/a', '404'],
    [99, '/b "quoted"\\', '200'],
  ];

  /** Neither the order of lines nor that of labels means anything. */
  const linesOf = (text: string): string[] =>
    text
      .split('\n')
      .map((line) => line.split(/[{},]/).sort().join())
      .sort();

  it('prints what one of prom-client prints', async () => {
    const registry = new Registry();
    const durations = new DurationHistogram(DESCRIPTION, registry);
    const theirs = new Registry();
    const reference = new Histogram({ ...DESCRIPTION, buckets: BUCKETS, registers: [theirs] });
    for (const [seconds, route, status] of SEEN) {
      durations.observe(seconds, [route, status]);
      reference.observe({ route, status }, seconds);
    }
    expect(linesOf(await registry.metrics())).toEqual(linesOf(await theirs.metrics()));
  });

  it('gives each series as JSON, with all of its labels', async () => {
    const registry = new Registry();
    new DurationHistogram(DESCRIPTION, registry).observe(3, ['/a', '200']);
    const [metric] = await registry.getMetricsAsJSON();
    expect(metric).toMatchObject({ name: 'ws_x_seconds', type: 'histogram', aggregator: 'sum' });
    expect(metric?.values).toContainEqual({
      metricName: 'ws_x_seconds_count',
      labels: { route: '/a', status: '200' },
      value: 1,
    });
  });

  it('is in the text before anything was observed', async () => {
    const registry = new Registry();
    new DurationHistogram(DESCRIPTION, registry);
    expect(await registry.metrics()).toBe('# HELP ws_x_seconds X\n# TYPE ws_x_seconds histogram\n');
  });
});
