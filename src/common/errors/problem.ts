import { Answer } from './answer';

/**
 * A refusal: what is answered, and when. Each is defined once, in a `*.problems.ts` beside what refuses (rule 5). The
 * exception filter sends it, OpenAPI shows it and the audit log names it.
 */
export interface Problem extends Answer {
  /** The kind of refusal, as the audit log names it. */
  readonly kind: string;
  /** Which one of that kind, for the audit log. Nothing that a client has sent. */
  readonly reason?: string;
  /** What its example is called in OpenAPI. */
  readonly name: string;
  /** When it is given, for readers of OpenAPI: a sentence without its full stop. */
  readonly when: string;
}

/** The same refusal where it has another cause, for OpenAPI. */
export function causedBy(problem: Problem, name: string, when: string): Problem {
  return { ...problem, name, when };
}
