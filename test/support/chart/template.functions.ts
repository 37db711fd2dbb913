import { createHash } from 'node:crypto';
import { dump, YAML11_SCHEMA } from 'js-yaml';

/** Whether Go's templates take a value for true. */
export function isTrue(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0;
  return Boolean(value);
}

/**
 * How a value stands in the text.
 * @throws Error for an object, which Go would print in a form that is no YAML
 */
export function printed(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new Error(`A template prints ${JSON.stringify(value)}, which is no text.`);
}

function indented(count: unknown, text: unknown): string {
  return printed(text).replace(/^/gm, ' '.repeat(Number(count)));
}

/** The functions of Helm that the chart uses, with Helm's order of arguments. `include` is the renderer's. */
export const FUNCTIONS: Readonly<Record<string, (...args: unknown[]) => unknown>> = {
  add: (...numbers) => numbers.reduce<number>((sum, number) => sum + Number(number), 0),
  div: (number, by) => Math.trunc(Number(number) / Number(by)),
  list: (...values) => values,
  concat: (...lists) => lists.flat(),
  default: (fallback, value) => (isTrue(value) ? value : fallback),
  not: (value) => !isTrue(value),
  quote: (value) => JSON.stringify(printed(value)),
  trunc: (length, text) => printed(text).slice(0, Number(length)),
  trimSuffix: (suffix, text) => {
    const [end, whole] = [printed(suffix), printed(text)];
    return whole.endsWith(end) ? whole.slice(0, whole.length - end.length) : whole;
  },
  printf: (format, ...values) => printed(format).replace(/%s/g, () => printed(values.shift())),
  required: (message, value) => {
    if (value === undefined || value === '') throw new Error(printed(message));
    return value;
  },
  toYaml: (value) => dump(value, { lineWidth: -1, schema: YAML11_SCHEMA }).trimEnd(),
  nindent: (count, text) => `\n${indented(count, text)}`,
  sha256sum: (text) => createHash('sha256').update(printed(text)).digest('hex'),
};
