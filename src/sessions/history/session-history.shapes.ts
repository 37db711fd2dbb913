import { Static, TObject, Type } from '@sinclair/typebox';
import { dateTime, nullable, shape, succeededAnswer } from '../../common/openapi/answer.shape';
import { ENDING_REASONS } from '../../session-lifecycle/ending-reasons';
import type { EndingReason } from '../../session-lifecycle/revocation';
import { ROW_EXAMPLE, SESSION } from '../session.shapes';

const { _user: USER, ...FIELDS } = SESSION;

const ENDED = {
  ...FIELDS,
  sessionId: nullable(Type.String({ description: 'Null if the session had none' })),
  endedAt: dateTime(),
  endedBy: nullable(
    shape(
      { _id: Type.String(), username: Type.Optional(Type.String()) },
      { description: 'Who ended it; null if nobody knows' },
    ),
  ),
  reason: Type.Unsafe<EndingReason>({ type: 'string', enum: ENDING_REASONS }),
  note: Type.Optional(Type.String({ description: 'What they remarked' })),
  _user: USER,
  _id: Type.String({ description: 'The id of this ending' }),
};

const HISTORY = {
  sessions: Type.Array(shape(ENDED)),
  count: Type.Integer({ description: 'The limit applied, not the number of rows' }),
  nextCursor: nullable(
    Type.String({ description: 'The `cursor` of the next page; null on the last' }),
  ),
};

/** A session that has ended (contract §6). */
export type EndedSessionView = Static<TObject<typeof ENDED>>;

export type SessionHistoryView = Static<TObject<typeof HISTORY>>;

const { _user, _id, ...ROW } = ROW_EXAMPLE;

export const HISTORY_ANSWER = succeededAnswer(HISTORY, {
  sessions: [
    {
      ...ROW,
      endedAt: new Date('2023-05-25T09:30:00.000Z'),
      endedBy: { _id: 'aDmXw3kPq7RtYbN5s', username: 'admin' },
      reason: 'admin',
      ...(_user && { _user }),
      _id: `${_id}-ended`,
    },
  ],
  count: 50,
  nextCursor: null,
});
