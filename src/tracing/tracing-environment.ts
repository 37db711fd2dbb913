type Variables = Record<string, string | undefined>;

/**
 * Completes the environment with what `.env` says of tracing: the libraries read the process's environment themselves.
 * Not in the primary of a cluster, which serves nothing to trace, and whose environment its workers inherit: a value in
 * it would hide from them that `.env` has changed.
 * @param isForked whether another process of the cluster has started this one
 * @returns whether this process is to be traced, if the variables ask for it
 */
export function prepareTracing(env: Variables, file: Variables, isForked: boolean): boolean {
  const workers = env.CLUSTER_WORKERS?.trim() ? env.CLUSTER_WORKERS : file.CLUSTER_WORKERS;
  if (!isForked && Number(workers) > 1) return false;
  for (const [name, value] of Object.entries(file)) {
    if (name.startsWith('OTEL_') && !env[name]?.trim()) env[name] = value;
  }
  return true;
}
