import { Static, TObject, Type } from '@sinclair/typebox';
import {
  AnswerShape,
  answer,
  dateTime,
  nullable,
  shape,
  succeededAnswer,
  TRUE,
} from '../common/openapi/answer.shape';
import { succeed } from '../common/http/success';

const DEVICE = shape({
  type: Type.Optional(Type.String()),
  name: Type.Optional(Type.String()),
  longVersion: Type.Optional(Type.String()),
  os: Type.Optional(
    shape({ name: Type.Optional(Type.String()), version: Type.Optional(Type.String()) }),
  ),
  version: Type.Optional(Type.String()),
});

export const OWNER = shape(
  {
    name: Type.Optional(Type.String()),
    username: Type.Optional(Type.String()),
    avatarETag: Type.Optional(Type.String()),
    avatarOrigin: Type.Optional(Type.String()),
  },
  { description: 'The owner; absent if the user no longer exists' },
);

export const SESSION = {
  sessionId: Type.String(),
  userId: Type.Optional(Type.String()),
  device: nullable(DEVICE),
  host: nullable(Type.String()),
  ip: Type.Optional(Type.String()),
  loginAt: Type.Optional(dateTime()),
  _user: Type.Optional(OWNER),
  _id: Type.String({ description: 'The same as `sessionId`' }),
};

const CURRENT = Type.Boolean({
  description: 'Whether the request carries the token of this session',
});

export const PAGE = {
  total: Type.Integer({ description: 'Number of matching live sessions on all pages' }),
  count: Type.Integer({ description: 'The limit applied, not the number of rows' }),
  offset: Type.Integer(),
  nextCursor: Type.Optional(
    nullable(
      Type.String({
        description: 'With `cursor` only: continues the walk; null behind the last page',
      }),
    ),
  ),
};

const REVOKED = { sessionId: Type.String() };

/** The API's session (contract §3). The order of the keys is part of the contract. */
export type SessionView = Static<TObject<typeof SESSION>>;

export type OwnSessionView = SessionView & { current: Static<typeof CURRENT> };

/** Contract §3. */
export type SessionListView<Row extends SessionView = SessionView> = { sessions: Row[] } & Static<
  TObject<typeof PAGE>
>;

export type RevokedView = Static<TObject<typeof REVOKED>>;

/** The published session (contract §1). */
export const ROW_EXAMPLE: SessionView = {
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
  loginAt: new Date('2023-05-24T05:08:42.806Z'),
  _user: { name: 'Rod', username: 'Rod' },
  _id: 'uBNL9dTjJ4s6Pjp4K',
};

const OWN_ROW_EXAMPLE = Object.fromEntries(
  Object.entries(ROW_EXAMPLE).filter(([name]) => name !== '_user'),
) as SessionView;

export const SESSION_ID_EXAMPLE = ROW_EXAMPLE.sessionId;

export const SESSION_OWNER_EXAMPLE = ROW_EXAMPLE.userId ?? '';

export const SESSION_ANSWER = succeededAnswer(SESSION, ROW_EXAMPLE);

export const LIST_ALL_ANSWER = succeededAnswer(
  { sessions: Type.Array(shape(SESSION)), ...PAGE },
  { sessions: [ROW_EXAMPLE], total: 1, count: 50, offset: 0 },
);

export const LIST_ANSWER = succeededAnswer(
  { sessions: Type.Array(shape({ ...SESSION, current: CURRENT })), ...PAGE },
  { sessions: [{ ...OWN_ROW_EXAMPLE, current: true }], total: 1, count: 50, offset: 0 },
);

export const REVOKED_ANSWER = succeededAnswer(REVOKED, { sessionId: SESSION_ID_EXAMPLE });

/** A stored session document; its fields depend on the program that wrote it. */
export const DOCUMENT_ANSWER: AnswerShape = answer(
  Type.Object({ success: TRUE }, { additionalProperties: true }),
  succeed({
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
    createdAt: new Date('2023-05-24T05:08:42.806Z'),
    _updatedAt: new Date('2023-05-24T05:08:42.806Z'),
  }),
);
