import { Static, TObject, Type } from '@sinclair/typebox';
import { dateTime, nullable, shape, succeededAnswer } from '../../common/openapi/answer.shape';
import { REMEMBERED, REMEMBERED_EXAMPLE } from '../../sessions/remembered/remembered-factor.shapes';
import { ROW_EXAMPLE, SESSION, SESSION_OWNER_EXAMPLE } from '../../sessions/session.shapes';

const USER = {
  _id: Type.String(),
  username: Type.Optional(Type.String()),
  name: Type.Optional(Type.String()),
  active: Type.Boolean(),
};

const ACCESS_TOKEN = {
  name: nullable(Type.String()),
  createdAt: nullable(dateTime()),
  lastTokenPart: nullable(Type.String({ description: 'The last six characters of the token' })),
  bypassTwoFactor: Type.Boolean(),
  lastUsedAt: nullable(dateTime()),
};

const WAYS_IN = {
  user: shape(USER),
  sessions: Type.Array(shape(SESSION), { description: 'The 1,000 newest live ones' }),
  personalAccessTokens: Type.Array(shape(ACCESS_TOKEN)),
  remembered: Type.Array(shape(REMEMBERED)),
};

export type UserView = Static<TObject<typeof USER>>;

export type UsedAccessTokenView = Static<TObject<typeof ACCESS_TOKEN>>;

/** All ways in of one user (contract §6). */
export type UserSessionsView = Static<TObject<typeof WAYS_IN>>;

export const USER_SESSIONS_ANSWER = succeededAnswer(WAYS_IN, {
  user: { _id: SESSION_OWNER_EXAMPLE, username: 'Rod', name: 'Rod', active: true },
  sessions: [ROW_EXAMPLE],
  personalAccessTokens: [
    {
      name: 'nightly report',
      createdAt: new Date('2023-05-24T05:08:42.806Z'),
      lastTokenPart: '01mSuj',
      bypassTwoFactor: true,
      lastUsedAt: new Date('2023-05-25T03:00:04.113Z'),
    },
  ],
  remembered: [REMEMBERED_EXAMPLE],
});
