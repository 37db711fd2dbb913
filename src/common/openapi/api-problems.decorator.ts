import { applyDecorators } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';
import { Problem } from '../errors/problem';
import { responsesOf } from './problem-responses';

export function ApiProblems(...problems: Problem[]): MethodDecorator {
  return applyDecorators(
    ...[...responsesOf(problems)].map(([status, response]) => ApiResponse({ status, ...response })),
  );
}
