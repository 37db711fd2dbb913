import { ManagementConfig } from '../config/management.config';
import { Readiness } from '../health/readiness';
import { METRICS_QUESTION, textOfWorkers, WorkerCounts } from '../metrics/cluster.metrics';
import { ManagementServer, startManagementServer } from './management-server';

/** The question to a worker whose answer is its `Readiness`. */
export const READINESS_QUESTION = 'readiness';
/** Longer than a worker waits for the database, shorter than a probe waits. */
const ANSWER_MS = 1500;
const NO_ANSWER: Readiness = {
  status: 'error',
  details: { service: { status: 'down', message: 'no answer' } },
};

/** The processes that serve, as far as their primary can ask them. */
export interface AskedProcesses {
  readonly state: WorkerCounts;
  /** @returns for each its place among them and its answer, undefined if it did not come in time */
  ask(what: string, timeoutMs: number): Promise<{ slot: number; value: unknown }[]>;
}

/** Serves health and metrics of all processes together, in the primary. Undefined without a MANAGEMENT_PORT. */
export async function serveManagementOf(
  processes: AskedProcesses,
  { port, host }: ManagementConfig,
): Promise<ManagementServer | undefined> {
  if (port === undefined) return undefined;
  const sources = { metrics: () => metricsOf(processes), ready: () => readinessOf(processes) };
  return startManagementServer(sources, port, host);
}

/** Ready if each process that listens is: what one lacks is said in its own words. */
export async function readinessOf(processes: AskedProcesses): Promise<Readiness> {
  const answers = await processes.ask(READINESS_QUESTION, ANSWER_MS);
  const all = answers.map(({ value }) => (value as Readiness | undefined) ?? NO_ANSWER);
  return all.find(({ status }) => status === 'error') ?? all[0] ?? NO_ANSWER;
}

/** One that hangs must neither hide the others nor be hidden: its `ws_ready` is 0. */
export async function metricsOf(processes: AskedProcesses): Promise<string> {
  return textOfWorkers(await processes.ask(METRICS_QUESTION, ANSWER_MS), processes.state);
}
