/** Schemas and examples of the API's documentation. The session is the published one. */

const DEVICE_SCHEMA = {
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
};

const OWNER_SCHEMA = {
  type: 'object',
  description: 'The owner; absent when the user is gone.',
  properties: {
    name: { type: 'string' },
    username: { type: 'string' },
    avatarETag: { type: 'string' },
    avatarOrigin: { type: 'string' },
  },
};

const SUCCESS_SCHEMA = { type: 'boolean', enum: [true] };

const ROW_PROPERTIES = {
  sessionId: { type: 'string' },
  userId: { type: 'string' },
  device: DEVICE_SCHEMA,
  host: { type: 'string', nullable: true },
  ip: { type: 'string' },
  loginAt: { type: 'string', format: 'date-time' },
  _user: OWNER_SCHEMA,
  _id: { type: 'string', description: 'The same as `sessionId`.' },
};

export const SESSION_SCHEMA = {
  type: 'object',
  required: ['sessionId', 'device', 'host', '_id', 'success'],
  properties: { ...ROW_PROPERTIES, success: SUCCESS_SCHEMA },
};

const ROW_EXAMPLE = {
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
};
/** A row of one's own list: it shows no owner. */
const OWN_ROW_EXAMPLE = { ...ROW_EXAMPLE, _user: undefined };

export const SESSION_EXAMPLE = { ...ROW_EXAMPLE, success: true };

export const LIST_ALL_EXAMPLE = {
  sessions: [ROW_EXAMPLE],
  total: 1,
  count: 50,
  offset: 0,
  success: true,
};

export const LIST_EXAMPLE = {
  ...LIST_ALL_EXAMPLE,
  sessions: [{ ...OWN_ROW_EXAMPLE, current: true }],
};

/** @param rowMore what a row carries beside a session's own fields */
export function listSchema(rowMore: object): object {
  return {
    type: 'object',
    required: ['sessions', 'total', 'count', 'offset', 'success'],
    properties: {
      sessions: {
        type: 'array',
        items: { type: 'object', properties: { ...ROW_PROPERTIES, ...rowMore } },
      },
      total: { type: 'integer', description: 'How many live sessions match, on all pages.' },
      count: { type: 'integer', description: 'The limit that was applied.' },
      offset: { type: 'integer' },
      success: SUCCESS_SCHEMA,
    },
  };
}

export const ENDED_EXAMPLE = { sessionId: ROW_EXAMPLE.sessionId, success: true };
export const ENDED_SCHEMA = {
  type: 'object',
  required: ['sessionId', 'success'],
  properties: { sessionId: { type: 'string' }, success: SUCCESS_SCHEMA },
};

export const DOCUMENT_EXAMPLE = {
  ...OWN_ROW_EXAMPLE,
  _id: 'Qm2xVb7RtLk9WsZpN',
  type: 'session',
  instanceId: 'f0313fa9-ebe6-4a84-8580-3104f6a09988',
  roles: ['user'],
  mostImportantRole: 'user',
  year: 2023,
  month: 5,
  day: 24,
  searchTerm: 'ChromebrowserWindowsuBNL9dTjJ4s6Pjp4KrYhzFRd2QZjNwAAXX',
  createdAt: '2023-05-24T05:08:42.806Z',
  _updatedAt: '2023-05-24T05:08:42.806Z',
  success: true,
};
