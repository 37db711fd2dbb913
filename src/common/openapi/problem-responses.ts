import { OpenAPIObject } from '@nestjs/swagger';
import { Problem } from '../errors/problem';
import { problemSchema } from './problem.shape';

export type OperationObject = NonNullable<OpenAPIObject['paths'][string]['get']>;
export type ResponseObject = Extract<
  NonNullable<OperationObject['responses'][string]>,
  { description: string; content?: unknown }
>;

export type HeaderObject = NonNullable<ResponseObject['headers']>[string];

/** One response per status, with the exact bodies that the exception filter sends. */
export function responsesOf(problems: readonly Problem[]): Map<number, ResponseObject> {
  const statuses = [...new Set(problems.map(({ status }) => status))];
  return new Map(
    statuses.map((status) => {
      const group = problems.filter((problem) => problem.status === status);
      const headers = group.flatMap((problem) => Object.entries(problem.headers ?? {}));
      const response: ResponseObject = {
        description: group.map(({ when }) => `${when}.`).join(' '),
        headers: Object.fromEntries(
          headers.map(([name, example]) => [name, { schema: { type: 'string', example } }]),
        ),
        content: {
          'application/json': {
            schema: problemSchema(group),
            examples: Object.fromEntries(
              group.map(({ name, when, body }) => [name, { summary: when, value: body }]),
            ),
          },
        },
      };
      return [status, response];
    }),
  );
}
