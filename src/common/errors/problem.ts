import { Answer } from './answer';

/** A refusal, defined once beside the feature that refuses (rule 5): answered, documented and audited from here. */
export interface Problem extends Answer {
  /** The `result` in the audit log. */
  readonly kind: string;
  /** The `reason` in the audit log. Never anything that a client sent. */
  readonly reason?: string;
  readonly name: string;
  /** When it is given, for OpenAPI: a sentence without its full stop. */
  readonly when: string;
}

/** The same refusal with another cause, for OpenAPI. */
export function causedBy(problem: Problem, name: string, when: string): Problem {
  return { ...problem, name, when };
}
