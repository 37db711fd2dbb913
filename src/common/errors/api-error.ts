import { Problem } from './problem';

/** Ends a request with a refusal. */
export class ApiError extends Error {
  constructor(readonly problem: Problem) {
    super(problem.kind);
  }
}
