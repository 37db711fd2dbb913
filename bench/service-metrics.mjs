// What the service itself counts, as its /metrics says it.

const LINE = /^(\w+)(?:\{(.*)\})? (\S+)$/;
const LABEL = /(\w+)="((?:[^"\\]|\\.)*)"/g;

/** @returns every sample: its name, labels and value */
export async function scrape(managementUrl) {
  const text = await (await fetch(`${managementUrl}/metrics`)).text();
  return text.split('\n').flatMap((line) => {
    const [, name, labels = '', value] = LINE.exec(line) ?? [];
    if (name === undefined) return [];
    const pairs = [...labels.matchAll(LABEL)].map(([, label, text]) => [label, text]);
    return [{ name, labels: Object.fromEntries(pairs), value: Number(value) }];
  });
}

/** @returns how often each command was sent to each collection between two scrapes: `find users` */
export function commandsBetween(before, after) {
  return growth(
    before,
    after,
    'ws_database_command_duration_seconds_count',
    (labels) => `${labels.command} ${labels.collection}`,
  );
}

/** @returns how many requests of a route were answered or given up by their client between two scrapes */
export function requestsBetween(before, after, route) {
  return growth(
    before,
    after,
    'ws_http_request_duration_seconds_count',
    (labels) => labels.route,
  ).get(route);
}

/**
 * @returns the seconds within which that share of a route's requests was answered, as its histogram tells: exact at the
 * bounds of its buckets, interpolated between them
 */
export function quantileBetween(before, after, route, share) {
  const ofRoute = (samples) => samples.filter(({ labels }) => labels.route === route);
  const counts = growth(
    ofRoute(before),
    ofRoute(after),
    'ws_http_request_duration_seconds_bucket',
    ({ le }) => le,
  );
  const buckets = [...counts].map(([le, count]) => [Number(le.replace('+Inf', 'Infinity')), count]);
  buckets.sort(([a], [b]) => a - b);
  const wanted = share * (buckets.at(-1)?.[1] ?? 0);
  let [low, below] = [0, 0];
  for (const [bound, count] of buckets) {
    if (count >= wanted) {
      if (bound === Infinity) return low;
      return low + ((bound - low) * (wanted - below)) / Math.max(1, count - below);
    }
    [low, below] = [bound, count];
  }
  return low;
}

/** What grew, summed by what `keyOf` says of the labels. */
function growth(before, after, name, keyOf) {
  const sums = new Map();
  const add = (samples, sign) => {
    for (const sample of samples) {
      if (sample.name !== name) continue;
      const key = keyOf(sample.labels);
      sums.set(key, (sums.get(key) ?? 0) + sign * sample.value);
    }
  };
  add(after, 1);
  add(before, -1);
  return new Map([...sums].filter(([, grown]) => grown > 0));
}
