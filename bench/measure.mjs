import autocannon from 'autocannon';
import { cpuOf, residentOf } from './process-figures.mjs';

const CONNECTIONS = 16;
/** So many requests until V8 has compiled what they need: before, a service costs twice as much. */
const WARM_UP = 5000;

/**
 * Loads servers in turns, so that what else the machine does meanwhile burdens each alike.
 * @param cases `{ name, url, pid, request }`; `request` returns the path and headers of the next request
 * @returns for each case requests per second, latencies in milliseconds, the process's own CPU time per request in
 * microseconds and its resident memory in MiB; the medians of all rounds
 */
export async function measureInTurns(cases, rounds, seconds) {
  const taken = cases.map(() => []);
  for (const { url, request } of cases) await load(url, request, { amount: WARM_UP });
  for (let round = 0; round < rounds; round++) {
    for (const [i, { url, pid, request }] of cases.entries()) {
      const before = await cpuOf(pid);
      const { requests, latency } = await load(url, request, { duration: seconds });
      const cpu = ((await cpuOf(pid)) - before) / requests.total;
      const memory = await residentOf(pid);
      taken[i].push({ rate: requests.average, p50: latency.p50, p99: latency.p99, cpu, memory });
    }
  }
  return cases.map(({ name }, i) => ({ name, ...mediansOf(taken[i]) }));
}

/**
 * Compares the processor time of two servers: so many requests of one, then of the other, again and again, because a shared
 * machine is faster in one minute than in the next.
 * @returns for both the CPU time per request in microseconds, of all requests together
 */
export async function compareCpu(cases, rounds, amount) {
  const used = cases.map(() => 0);
  for (let round = 0; round < rounds; round++) {
    const order = [...cases.keys()];
    if (round % 2 === 1) order.reverse();
    for (const i of order) {
      const { url, pid, request } = cases[i];
      const before = await cpuOf(pid);
      await load(url, request, { amount });
      used[i] += (await cpuOf(pid)) - before;
    }
  }
  return used.map((cpu) => cpu / (rounds * amount));
}

async function load(url, request, extent) {
  const result = await autocannon({
    url,
    connections: CONNECTIONS,
    ...extent,
    requests: [{ setupRequest: (template) => ({ ...template, ...request() }) }],
  });
  const { non2xx, errors } = result;
  if (non2xx + errors > 0)
    throw new Error(`${non2xx} answers were not 2xx, ${errors} requests failed.`);
  return result;
}

function mediansOf(rows) {
  const names = Object.keys(rows[0]);
  return Object.fromEntries(names.map((name) => [name, median(rows.map((row) => row[name]))]));
}

function median(values) {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}
