import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv, { ErrorObject } from 'ajv';
import { load, loadAll, YAML11_SCHEMA } from 'js-yaml';
import { ChartRenderer } from './chart.renderer';
import { KubernetesObject } from './kubernetes-kinds';

const CHART = join(__dirname, '../../../deploy/helm/workspace-sessions');

/** Values of a chart, or a part of them. */
export interface Values {
  [name: string]: Values | string | number | boolean | unknown[];
}

const read = (name: string): string => readFileSync(join(CHART, name), 'utf8');

/** YAML as Kubernetes and Helm read it: `yes` is true. */
const parse = (text: string): unknown => load(text, { schema: YAML11_SCHEMA });

/** What Helm hands to templates about the chart itself. */
export const chartFile = parse(read('Chart.yaml')) as {
  name: string;
  version: string;
  appVersion: string;
  kubeVersion: string;
};

/** The chart's own values with others over them. Objects are merged and lists are replaced, as Helm does. */
export function valuesWith(others: Values): Values {
  return merged(parse(read('values.yaml')) as Values, others);
}

function merged(values: Values, others: Values): Values {
  const result = { ...values };
  for (const [name, other] of Object.entries(others)) {
    const value = result[name];
    result[name] = isObject(value) && isObject(other) ? merged(value, other) : other;
  }
  return result;
}

function isObject(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const validateValues = new Ajv({
  allErrors: true,
  strictTypes: false,
  strictRequired: false,
}).compile(JSON.parse(read('values.schema.json')) as object);

/** What the chart's schema says against values; nothing if they are right. */
export function problemsOf(values: Values): ErrorObject[] {
  return validateValues(values) ? [] : [...(validateValues.errors ?? [])];
}

/** Every object that the chart makes of these values, in the order of the templates' names. */
export function renderChart(values: Values): KubernetesObject[] {
  const names = readdirSync(join(CHART, 'templates'));
  const renderer = new ChartRenderer(
    Object.fromEntries(names.map((name) => [name, read(join('templates', name))])),
  );
  const { name: Name, version: Version, appVersion: AppVersion } = chartFile;
  const root = {
    Values: values,
    Chart: { Name, Version, AppVersion },
    Release: { Name: 'sessions', Namespace: 'chat', Service: 'Helm' },
  };
  return names
    .filter((name) => name.endsWith('.yaml'))
    .flatMap((name) => loadAll(renderer.render(name, root), { schema: YAML11_SCHEMA }))
    .filter((object): object is KubernetesObject => isObject(object));
}
