import { Histogram, Registry } from 'prom-client';
import { BUCKETS } from './buckets';

interface Description {
  name: string;
  help: string;
  labelNames: readonly string[];
}

/** One more label on the way to a histogram, by its value. */
interface Node {
  next: Map<string, Node>;
  histogram: Histogram | undefined;
}

/**
 * Durations by labels, for what happens in every request. A histogram of prom-client builds and looks up a text of all labels
 * at each observation, which costs several times as much as the rest of it; this has one without labels for each set of them.
 */
export class DurationHistogram {
  private readonly root: Node = { next: new Map(), histogram: undefined };
  private readonly series: { labels: Record<string, string>; histogram: Histogram }[] = [];

  constructor(
    private readonly description: Description,
    registry: Registry,
  ) {
    // A registry asks no more of a metric; its type names the classes of prom-client.
    const metric = { ...description, get: () => this.get() };
    registry.registerMetric(metric as unknown as Histogram);
  }

  /** @param values of the labels, in their order; none that a client chose, because each is kept */
  observe(seconds: number, values: readonly string[]): void {
    let node = this.root;
    for (const value of values) {
      let next = node.next.get(value);
      if (!next) {
        next = { next: new Map(), histogram: undefined };
        node.next.set(value, next);
      }
      node = next;
    }
    node.histogram ??= this.add(values);
    node.histogram.observe(seconds);
  }

  private add(values: readonly string[]): Histogram {
    const { name, help, labelNames } = this.description;
    const histogram = new Histogram({ name, help, buckets: BUCKETS, registers: [] });
    const labels = Object.fromEntries(labelNames.map((label, i) => [label, values[i] ?? '']));
    this.series.push({ labels, histogram });
    return histogram;
  }

  private async get(): Promise<object> {
    const { name, help } = this.description;
    const values = await Promise.all(
      this.series.map(async ({ labels, histogram }) =>
        (await histogram.get()).values.map((value) => ({
          ...value,
          labels: { ...labels, ...value.labels },
        })),
      ),
    );
    return { name, help, type: 'histogram', aggregator: 'sum', values: values.flat() };
  }
}
