import { applyDecorators } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import { ApiAdminAccess } from '../access/access.openapi';

/** `SessionView` for readers of the document. */
const SESSION = {
  type: 'object' as const,
  required: ['sessionId', 'device', 'host', '_id', 'success'],
  properties: {
    sessionId: { type: 'string' },
    userId: { type: 'string' },
    device: {
      type: 'object',
      nullable: true,
      properties: {
        type: { type: 'string' },
        name: { type: 'string' },
        longVersion: { type: 'string' },
        os: {
          type: 'object',
          properties: { name: { type: 'string' }, version: { type: 'string' } },
        },
        version: { type: 'string' },
      },
    },
    host: { type: 'string', nullable: true },
    ip: { type: 'string' },
    loginAt: { type: 'string', format: 'date-time' },
    _user: {
      type: 'object',
      description: 'The owner; absent when the user is gone.',
      properties: {
        name: { type: 'string' },
        username: { type: 'string' },
        avatarETag: { type: 'string' },
        avatarOrigin: { type: 'string' },
      },
    },
    _id: { type: 'string', description: 'The same as `sessionId`.' },
    success: { type: 'boolean', enum: [true] },
  },
};

const SESSION_EXAMPLE = {
  sessionId: 'uBNL9dTjJ4s6Pjp4K',
  userId: 'rYhzFRd2QZjNwAAXX',
  device: {
    type: 'browser',
    name: 'Chrome',
    longVersion: '113.0.0.0',
    os: { name: 'Windows', version: '10' },
    version: '113.0.0',
  },
  host: 'localhost:3000',
  ip: '172.20.0.2',
  loginAt: '2023-05-24T05:08:42.806Z',
  _user: { name: 'Rod', username: 'Rod' },
  _id: 'uBNL9dTjJ4s6Pjp4K',
  success: true,
};

export function ApiSessions(): ClassDecorator {
  return applyDecorators(ApiTags('Device management'));
}

export function ApiSessionInfoAdmin(): MethodDecorator {
  return applyDecorators(
    ApiOperation({
      operationId: 'sessionsInfoAdmin',
      summary: 'Any session of the workspace, by its id',
      description:
        'Asks for the permission `view-device-management` and a second factor. The id is compared exactly; only live sessions are found.',
    }),
    ApiQuery({
      name: 'sessionId',
      required: true,
      schema: { type: 'string', example: SESSION_EXAMPLE.sessionId },
    }),
    ApiOkResponse({
      description: 'The session.',
      content: { 'application/json': { schema: SESSION, example: SESSION_EXAMPLE } },
    }),
    ApiAdminAccess(
      'view-device-management',
      {
        name: 'missingParameter',
        when: '`sessionId` is missing',
        problem: {
          kind: 'invalid-parameters',
          message: "must have required property 'sessionId'",
        },
      },
      {
        name: 'wrongKind',
        when: '`sessionId` is repeated or not text',
        problem: { kind: 'invalid-parameters', message: 'must be string' },
      },
      {
        name: 'unknownParameter',
        when: 'There is a parameter that is not documented',
        problem: {
          kind: 'invalid-parameters',
          message: 'must NOT have additional properties',
        },
      },
      {
        name: 'sessionNotFound',
        when: 'No live session has exactly this id',
        problem: { kind: 'session-not-found' },
      },
    ),
  );
}
