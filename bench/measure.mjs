import autocannon from 'autocannon';

const CONNECTIONS = 16;

/**
 * Loads a server and reports requests per second and latencies in milliseconds, after a warm-up that does not count.
 * @param request makes the path and headers of each request anew
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
    throw new Error(`${non2xx} answers were no success, ${errors} requests failed.`);
  return { rate: requests.average, p50: latency.p50, p99: latency.p99 };
}
