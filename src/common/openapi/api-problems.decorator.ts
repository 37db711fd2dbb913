import { applyDecorators } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';
import { answerTo } from '../errors/answers';
import { ApiProblem } from '../errors/api-error';

/** A problem that a route may answer with: what the example is called, and when it happens. */
export interface DocumentedProblem {
  name: string;
  when: string;
  problem: ApiProblem;
}

/** Documents problems with the very bodies that the exception filter sends: one response per status. */
export function ApiProblems(...problems: DocumentedProblem[]): MethodDecorator {
  const answers = problems.map(({ name, when, problem }) => ({ name, when, ...answerTo(problem) }));
  const statuses = [...new Set(answers.map(({ status }) => status))];
  return applyDecorators(
    ...statuses.map((status) => {
      const group = answers.filter((answer) => answer.status === status);
      const headers = group.flatMap((answer) => Object.entries(answer.headers ?? {}));
      return ApiResponse({
        status,
        description: group.map(({ when }) => `${when}.`).join(' '),
        headers: Object.fromEntries(
          headers.map(([name, example]) => [name, { schema: { type: 'string', example } }]),
        ),
        content: {
          'application/json': {
            schema: { type: 'object' },
            examples: Object.fromEntries(
              group.map(({ name, when, body }) => [name, { summary: when, value: body }]),
            ),
          },
        },
      });
    }),
  );
}
