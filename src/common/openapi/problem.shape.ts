import { TSchema, Type } from '@sinclair/typebox';
import { Problem } from '../errors/problem';
import { shape, word } from './answer.shape';

const DETAILS = Type.Optional(Type.Object({}, { additionalProperties: true }));

const FAILURE = shape({
  success: Type.Unsafe<false>({ type: 'boolean', enum: [false] }),
  error: Type.String(),
  errorType: Type.Optional(Type.String()),
  details: DETAILS,
});

/** A refused authentication; `FAILURE` is the body of all other refusals (contract §1, §5). */
const NOT_AUTHENTICATED = shape({
  status: word('error'),
  error: Type.Optional(Type.String()),
  message: Type.String(),
  details: DETAILS,
});

export function problemSchema(problems: readonly Problem[]): TSchema {
  const schemas = [
    ...new Set(problems.map(({ body }) => ('success' in body ? FAILURE : NOT_AUTHENTICATED))),
  ];
  const [only, ...more] = schemas;
  return only && more.length === 0 ? only : Type.Unsafe({ oneOf: schemas });
}
