import { applyDecorators } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Type } from '@sinclair/typebox';
import { DATABASE_UNREACHABLE } from '../common/errors/common.problems';
import { ApiAnswer } from '../common/openapi/answer.shape';
import { problemSchema } from '../common/openapi/problem.shape';
import { notReady } from './health.problems';
import { ALIVE, NOT_READY_SHAPE, READY } from './health.shapes';

export function ApiHealth(): ClassDecorator {
  return applyDecorators(ApiTags('Health'));
}

export function ApiLive(): MethodDecorator {
  return applyDecorators(
    ApiOperation({
      summary: 'Whether the process answers at all',
      description:
        'For a liveness probe: it does not ask the database, whose loss no restart mends.',
    }),
    ApiAnswer('It does.', ALIVE),
  );
}

export function ApiReady(): MethodDecorator {
  const isDown = { status: 'down' } as const;
  const databaseDown = { status: 'error', details: { database: isDown } } as const;
  const draining = {
    status: 'error',
    details: { database: { status: 'up' }, service: { ...isDown, message: 'draining' } },
  } as const;
  return applyDecorators(
    ApiOperation({
      summary: 'Whether requests should be sent here',
      description: 'For a readiness probe or a load balancer. The answer may be a second old.',
    }),
    ApiAnswer('The database answers as a primary.', READY),
    ApiResponse({
      status: 503,
      description: `${notReady(databaseDown).when}.`,
      content: {
        'application/json': {
          schema: Type.Unsafe<object>({
            oneOf: [NOT_READY_SHAPE, problemSchema([DATABASE_UNREACHABLE])],
          }),
          examples: {
            databaseDown: { summary: 'The database is away', value: databaseDown },
            draining: { summary: 'The service was told to stop', value: draining },
          },
        },
      },
    }),
  );
}
