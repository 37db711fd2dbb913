import { Static, TObject, Type } from '@sinclair/typebox';
import { answer, dateTime, shape, TRUE } from '../../common/openapi/answer.shape';
import { succeed } from '../../common/http/success';
import { ROW_EXAMPLE, SESSION } from '../session.shapes';

const PREVIEW = {
  dryRun: TRUE,
  matched: Type.Integer({ description: 'Live sessions that match' }),
  users: Type.Integer({ description: 'How many users they belong to' }),
  sessions: Type.Array(shape(SESSION), { description: 'The ten newest of them', maxItems: 10 }),
  confirm: Type.String({ description: 'Repeat the request with it to end them' }),
  confirmExpires: dateTime(),
};

const ENDED = {
  matched: Type.Integer({ description: 'Sessions that matched when the call began' }),
  ended: Type.Integer({ description: 'Those that this call ended, at most 1,000' }),
  remaining: Type.Integer({ description: 'Those that are left: repeat the request until it is 0' }),
};

export type BulkPreviewView = Static<TObject<typeof PREVIEW>>;

export type BulkEndedView = Static<TObject<typeof ENDED>>;

export const PREVIEW_EXAMPLE = {
  dryRun: true as const,
  matched: 1,
  users: 1,
  sessions: [ROW_EXAMPLE],
  confirm: '1684904922806.q0Gg7ZkC3m1iJv7M0xjY5mXyYw4m7d4cK2m9Qd0x8bE',
  confirmExpires: new Date('2023-05-24T05:18:42.806Z'),
};

export const BULK_LOGOUT_ANSWER = answer(
  Type.Unsafe<object>({
    oneOf: [shape({ ...PREVIEW, success: TRUE }), shape({ ...ENDED, success: TRUE })],
  }),
  succeed(PREVIEW_EXAMPLE),
);
