import { applyDecorators } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';
import { Problem } from '../errors/problem';

/** Documents refusals with the very bodies that the exception filter sends: one response per status. */
export function ApiProblems(...problems: Problem[]): MethodDecorator {
  const statuses = [...new Set(problems.map(({ status }) => status))];
  return applyDecorators(
    ...statuses.map((status) => {
      const group = problems.filter((problem) => problem.status === status);
      const headers = group.flatMap((problem) => Object.entries(problem.headers ?? {}));
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
