import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dump, load } from 'js-yaml';
import { registryOf } from '../../src/metrics/cluster.metrics';
import { ServiceMetrics } from '../../src/metrics/service.metrics';
import { TestApp } from '../support/app';
import { describeWith, findProgram } from '../support/programs';

const DEPLOY = join(__dirname, '../../deploy');
const RULES = join(DEPLOY, 'prometheus/alerts.yaml');
const read = (path: string): string => fs.readFileSync(path, 'utf8');

interface Rule {
  alert: string;
  expr: string;
  labels: { severity: string };
  annotations: { summary: string; description: string };
}

interface Panel {
  id: number;
  type: string;
  title: string;
  gridPos: { x: number; y: number; w: number; h: number };
  targets?: { expr: string; legendFormat: string }[];
}

const rules = (load(read(RULES)) as { groups: { rules: Rule[] }[] }).groups.flatMap(
  (group) => group.rules,
);
const dashboard = JSON.parse(read(join(DEPLOY, 'grafana/dashboard.json'))) as {
  panels: Panel[];
  templating: { list: { name: string }[] };
};
const expressions = [
  ...rules.map(({ expr }) => expr),
  ...dashboard.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr)),
];

/** The metrics that an expression names, each with the labels that it expects of them. */
function metricsIn(expression: string): { name: string; labels: string[] }[] {
  const groups = [...expression.matchAll(/by \(([^)]*)\)/g)].flatMap(([, names = '']) =>
    names.split(', '),
  );
  return [...expression.matchAll(/\b((?:ws|nodejs|process)_\w+)(?:\{([^}]*)\})?/g)].map(
    ([, name = '', matchers = '']) => ({
      name,
      labels: [
        ...groups,
        ...[...matchers.matchAll(/(\w+)(?:=|!)/g)].map(([, label = '']) => label),
      ],
    }),
  );
}

describe('the alerts and the dashboard', () => {
  /** The names of the labels of each series that the service has. */
  const series = new Map<string, string[]>();
  /** The metrics that are not Node's. */
  let own: string[] = [];

  beforeAll(async () => {
    const app = await TestApp.start({ MANAGEMENT_PORT: '0' });
    const { registry } = app.app.get(ServiceMetrics);
    const ofPrimary = registryOf({ wanted: 2, listening: 2, restarts: 0 });
    const text = (await registry.metrics()) + (await ofPrimary.metrics());
    const metrics = [registry, ofPrimary].flatMap((each) =>
      each.getMetricsAsArray(),
    ) as unknown as {
      name: string;
      labelNames: string[];
    }[];
    own = metrics.map(({ name }) => name).filter((name) => name.startsWith('ws_'));
    for (const { name, labelNames } of metrics) {
      const type = new RegExp(`^# TYPE ${name} (\\w+)$`, 'm').exec(text)?.[1];
      if (type === 'histogram') {
        series.set(`${name}_bucket`, [...labelNames, 'le']);
        series.set(`${name}_count`, labelNames);
      } else if (type) series.set(name, labelNames);
    }
    await app.close();
  });

  it('ask only for metrics and labels that the service has', () => {
    expect(expressions.length).toBeGreaterThan(40);
    for (const { name, labels } of expressions.flatMap(metricsIn)) {
      expect(series.has(name) ? name : `no metric ${name}`).toBe(name);
      // The last two are Prometheus' own.
      const known = [...(series.get(name) ?? []), 'job', 'instance'];
      expect({ name, known }).toEqual({ name, known: expect.arrayContaining(labels) as string[] });
    }
  });

  it('show every metric of the service itself', () => {
    const shown = expressions.flatMap(metricsIn).map(({ name }) => name);
    expect(own.filter((name) => !shown.some((one) => one.startsWith(name)))).toEqual([]);
  });

  it('are explained in docs/operations.md, metric by metric', () => {
    const text = read(join(DEPLOY, '../docs/operations.md'));
    expect(own.filter((name) => !text.includes(`| \`${name}\``))).toEqual([]);
  });

  it('have a severity and tell what to do', () => {
    for (const { labels, annotations } of rules) {
      expect(['info', 'warning', 'critical']).toContain(labels.severity);
      expect(annotations.summary).toMatch(/\.$/);
      expect(annotations.description).toMatch(/\.$/);
    }
  });

  it('place each panel where no other one is', () => {
    const cells = dashboard.panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, n) => `${x + (n % w)},${y + Math.floor(n / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    const ids = dashboard.panels.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describeWith(['promtool'], 'deploy/prometheus')('promtool', () => {
  const promtool = (...args: string[]): { code: number | null; printed: string } => {
    const { status, stdout, stderr } = spawnSync(findProgram('promtool') ?? '', args, {
      encoding: 'utf8',
    });
    return { code: status, printed: stdout + stderr };
  };

  it('takes the alerts, and each fires when it should', () => {
    expect(promtool('check', 'rules', RULES)).toMatchObject({ code: 0 });
    const tests = join(DEPLOY, 'prometheus/alerts.test.yaml');
    expect(promtool('test', 'rules', tests)).toMatchObject({ code: 0 });
    const fired = new Set(read(tests).match(/(?<=alertname=")\w+/g));
    expect([...fired].sort()).toEqual(rules.map(({ alert }) => alert).sort());
  });

  it('takes the expressions of the dashboard', () => {
    const folder = fs.mkdtempSync(join(tmpdir(), 'dashboard-'));
    const file = join(folder, 'rules.yaml');
    const asRules = expressions.map((expr, n) => ({
      record: `panel:${n}`,
      expr: expr.replaceAll('$__rate_interval', '5m'),
    }));
    fs.writeFileSync(file, dump({ groups: [{ name: 'dashboard', rules: asRules }] }));
    const { code, printed } = promtool('check', 'rules', file);
    fs.rmSync(folder, { recursive: true });
    expect({ code, printed }).toMatchObject({ code: 0 });
  });
});
