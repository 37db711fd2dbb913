import { Static, TObject, Type } from '@sinclair/typebox';
import { dateTime, nullable, shape, succeededAnswer } from '../../common/openapi/answer.shape';
import {
  OWNER,
  PAGE,
  ROW_EXAMPLE,
  SESSION_ID_EXAMPLE,
  SESSION_OWNER_EXAMPLE,
} from '../session.shapes';

/** One of a user whom the answer names elsewhere (contract §6). */
export const REMEMBERED = {
  sessionId: nullable(Type.String({ description: 'Null if the login has no session document' })),
  until: dateTime(),
};

const OF_A_USER = {
  sessionId: REMEMBERED.sessionId,
  userId: Type.String(),
  until: REMEMBERED.until,
  _user: OWNER,
};

const LIST = {
  remembered: Type.Array(shape(OF_A_USER)),
  ...PAGE,
  total: Type.Integer({ description: 'Number of remembered second factors on all pages' }),
};

const FORGOTTEN = { sessionId: Type.String() };

export type RememberedView = Static<TObject<typeof REMEMBERED>>;

export type RememberedListView = Static<TObject<typeof LIST>>;

export type ForgottenView = Static<TObject<typeof FORGOTTEN>>;

export const REMEMBERED_EXAMPLE: RememberedView = {
  sessionId: SESSION_ID_EXAMPLE,
  until: new Date('2023-05-24T05:38:42.806Z'),
};

export const REMEMBERED_ANSWER = succeededAnswer(LIST, {
  remembered: [
    {
      sessionId: REMEMBERED_EXAMPLE.sessionId,
      userId: SESSION_OWNER_EXAMPLE,
      until: REMEMBERED_EXAMPLE.until,
      _user: ROW_EXAMPLE._user ?? {},
    },
  ],
  total: 1,
  count: 50,
  offset: 0,
});

export const FORGOTTEN_ANSWER = succeededAnswer(FORGOTTEN, { sessionId: SESSION_ID_EXAMPLE });
