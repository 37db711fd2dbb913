import { Problem } from './problem';

export class ApiError extends Error {
  constructor(readonly problem: Problem) {
    super(problem.kind);
  }
}
