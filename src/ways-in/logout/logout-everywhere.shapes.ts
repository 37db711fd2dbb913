import { Static, TObject, Type } from '@sinclair/typebox';
import { dateTime, succeededAnswer } from '../../common/openapi/answer.shape';
import { SESSION_OWNER_EXAMPLE } from '../../sessions/session.shapes';

const LOGGED_OUT = { message: Type.String() };

const KEPT_LOGIN = {
  token: Type.String({ description: 'The token of this login, which goes on' }),
  tokenExpires: dateTime(),
};

export type LoggedOutView = Static<TObject<typeof LOGGED_OUT>>;

export type KeptLoginView = Static<TObject<typeof KEPT_LOGIN>>;

export const LOGGED_OUT_ANSWER = succeededAnswer(LOGGED_OUT, {
  message: `User ${SESSION_OWNER_EXAMPLE} has been logged out!`,
});

export const KEPT_LOGIN_ANSWER = succeededAnswer(KEPT_LOGIN, {
  token: '2jdk99wuSjXPO201XlAks9sjDjAhSJmskAKW301mSuj',
  tokenExpires: new Date('2023-08-22T05:08:42.806Z'),
});

export const OTHERS_REMOVED_ANSWER = succeededAnswer({}, {});
