import { Static, Type } from '@sinclair/typebox';
import { answer, shape, word } from '../common/openapi/answer.shape';

const ALIVE_SHAPE = shape({ status: word('ok') });
export type Alive = Static<typeof ALIVE_SHAPE>;

const UP = shape({ status: word('up') });
const DOWN = shape({ status: word('down'), message: Type.Optional(Type.String()) });

export const ALIVE = answer(ALIVE_SHAPE, { status: 'ok' });

export const READY = answer(shape({ status: word('ok'), details: shape({ database: UP }) }), {
  status: 'ok',
  details: { database: { status: 'up' } },
});

export const NOT_READY_SHAPE = shape({
  status: word('error'),
  details: shape({
    database: Type.Unsafe({ oneOf: [UP, DOWN] }),
    service: Type.Optional(DOWN),
  }),
});
