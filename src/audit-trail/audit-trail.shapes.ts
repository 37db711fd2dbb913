import { Static, TObject, TProperties, Type } from '@sinclair/typebox';
import { AUDIT_EVENTS, AuditEvent, AuditValue } from '../audit/audit-event';
import {
  AnswerShape,
  dateTime,
  nullable,
  shape,
  succeededAnswer,
  word,
} from '../common/openapi/answer.shape';

const EVENT = {
  _id: Type.String(),
  t: Type.Unsafe<AuditEvent>({ type: 'string', enum: [...AUDIT_EVENTS] }),
  ts: dateTime(),
  actor: shape(
    {
      type: Type.Optional(word('user')),
      _id: Type.Optional(Type.String()),
      username: Type.Optional(Type.String()),
      ip: Type.Optional(Type.String()),
      useragent: Type.Optional(Type.String()),
    },
    { description: 'Who did it. Without `_id`, the request had no login.' },
  ),
  data: Type.Array(
    shape({
      key: Type.String(),
      value: Type.Unsafe<AuditValue>({
        anyOf: [{ type: 'string', nullable: true }, { type: 'number' }, { type: 'boolean' }],
      }),
    }),
    { description: '`result` is `ok`, `unfinished`, or the kind of the refusal' },
  ),
} satisfies TProperties;

const PAGE = {
  events: Type.Array(shape(EVENT)),
  count: Type.Integer({ description: 'The limit applied, not the number of events' }),
  offset: Type.Integer(),
  total: Type.Integer({ description: 'Number of matching events on all pages' }),
  nextCursor: Type.Optional(
    nullable(Type.String({ description: 'Only with `cursor`; null on the last page' })),
  ),
};

export type AuditEventView = Static<TObject<typeof EVENT>>;
export type AuditPageView = Static<TObject<typeof PAGE>>;

export const EVENT_EXAMPLE: AuditEventView = {
  _id: 'Jp6tXw3RkYbZs8QnE',
  t: 'session.viewed',
  ts: new Date('2023-05-24T05:10:07.113Z'),
  actor: {
    type: 'user',
    _id: 'rYhzFRd2QZjNwAAXX',
    username: 'Rod',
    ip: '172.20.0.2',
    useragent: 'curl/8.5.0',
  },
  data: [
    { key: 'result', value: 'ok' },
    { key: 'route', value: 'GET /api/v1/sessions/info.admin' },
    { key: 'requestId', value: 'Yt3nQd8WkRxZb5SmC' },
    { key: 'answered', value: 200 },
    { key: 'sessionId', value: 'uBNL9dTjJ4s6Pjp4K' },
  ],
};

export const PAGE_ANSWER: AnswerShape = succeededAnswer(PAGE, {
  events: [EVENT_EXAMPLE],
  count: 50,
  offset: 0,
  total: 1,
});
