import { ApiOkResponse } from '@nestjs/swagger';

/** The schema of an answer that carries `"success": true` behind its own fields, all of which are there. */
export function answerSchema(properties: Record<string, object>): object {
  return {
    type: 'object',
    required: [...Object.keys(properties), 'success'],
    properties: { ...properties, success: { type: 'boolean', enum: [true] } },
  };
}

/** Documents the answer of a request that was served. */
export function ApiAnswer(description: string, schema: object, example: object): MethodDecorator {
  return ApiOkResponse({ description, content: { 'application/json': { schema, example } } });
}
