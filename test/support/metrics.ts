/** One line of Prometheus' text format. */
export interface Sample {
  name: string;
  labels: Record<string, string>;
  value: number;
}

/** The samples in what /metrics answers. @throws Error for a line that is none */
export function samplesIn(text: string): Sample[] {
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [, name, inner = '', value] =
        /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
      if (name === undefined) throw new Error(`Not a sample: ${line}`);
      const labels = [...inner.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(
        ([, label = '', text_ = '']) => [label, text_],
      );
      return { name, labels: Object.fromEntries(labels) as Sample['labels'], value: Number(value) };
    });
}

/** The samples of a name that are not 0, as `label=value …: number`. */
export function countsOf(text: string, name: string): Record<string, number> {
  return Object.fromEntries(
    samplesIn(text)
      .filter((sample) => sample.name === name && sample.value !== 0)
      .map(({ labels, value }) => [Object.values(labels).join(' '), value]),
  );
}
