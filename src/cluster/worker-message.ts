/**
 * What a worker tells its primary: where it listens, why it cannot, the answer to a question, that it has closed, or, as its
 * last word, that it goes.
 */
export type WorkerReport =
  | { kind: 'listening'; url: string }
  | { kind: 'failed'; reason: string }
  | { kind: 'answer'; id: number; value: unknown }
  | { kind: 'closed' }
  | { kind: 'gone' };

/** What the primary tells a worker whose place another one has taken. Unlike SIGTERM, it does not end the service. */
export const RETIRE = { kind: 'retire' } as const;

/** What the primary answers a worker that has closed: it has handed its last connection to it. */
export const FAREWELL = { kind: 'farewell' } as const;

/** The question that every worker answers as long as its event loop turns. */
export const ALIVE_QUESTION = 'alive';

/** What the primary asks a worker, which answers with the same id. */
export interface Question {
  kind: 'question';
  id: number;
  what: string;
}

/** Libraries use the same channel; their messages are none of ours. */
export function reportOf(message: unknown): WorkerReport | undefined {
  const { kind, url, reason, id, value } = fieldsOf(message);
  if (kind === 'listening' && typeof url === 'string') return { kind, url };
  if (kind === 'failed' && typeof reason === 'string') return { kind, reason };
  if (kind === 'answer' && typeof id === 'number') return { kind, id, value };
  if (kind === 'closed' || kind === 'gone') return { kind };
  return undefined;
}

export function isFarewell(message: unknown): boolean {
  return fieldsOf(message).kind === FAREWELL.kind;
}

export function isRetirement(message: unknown): boolean {
  return fieldsOf(message).kind === RETIRE.kind;
}

export function questionOf(message: unknown): Question | undefined {
  const { kind, id, what } = fieldsOf(message);
  const isQuestion = kind === 'question' && typeof id === 'number' && typeof what === 'string';
  return isQuestion ? { kind, id, what } : undefined;
}

function fieldsOf(message: unknown): Record<string, unknown> {
  return typeof message === 'object' && message !== null ? { ...message } : {};
}
