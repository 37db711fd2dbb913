import autocannon from 'autocannon';

const CONNECTIONS = 16;

/**
 * Loads a server after a warm-up; reports requests per second and latencies in milliseconds.
 * @param request returns the path and headers of the next request
 */
export async function measure(url, request, seconds) {
  const run = (duration) =>
    autocannon({
      url,
      connections: CONNECTIONS,
      duration,
      requests: [{ setupRequest: (template) => ({ ...template, ...request() }) }],
    });
  await run(2);
  const { requests, latency, non2xx, errors } = await run(seconds);
  if (non2xx + errors > 0)
    throw new Error(`${non2xx} answers were not 2xx, ${errors} requests failed.`);
  return { rate: requests.average, p50: latency.p50, p99: latency.p99 };
}
