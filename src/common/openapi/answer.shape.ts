import { applyDecorators } from '@nestjs/common';
import { ApiOkResponse } from '@nestjs/swagger';
import { Static, TObject, TProperties, TSchema, TUnsafe, Type } from '@sinclair/typebox';
import { succeed } from '../http/success';

/** `schema` defines the type of `example`; OpenAPI prints both. */
export interface AnswerShape {
  readonly schema: TSchema;
  readonly example: object;
}

/** OpenAPI 3.0 has no `const`. */
export const TRUE: TUnsafe<true> = Type.Unsafe<true>({ type: 'boolean', enum: [true] });

export function shape<P extends TProperties>(properties: P, options: object = {}): TObject<P> {
  return Type.Object(properties, { additionalProperties: false, ...options });
}

/** Serialised as ISO 8601 (contract §1). */
export function dateTime(): TUnsafe<Date> {
  return Type.Unsafe<Date>({ type: 'string', format: 'date-time' });
}

export function nullable<S extends TSchema>(schema: S): TUnsafe<Static<S> | null> {
  return Type.Unsafe<Static<S> | null>({ ...schema, nullable: true });
}

export function word<W extends string>(only: W): TUnsafe<W> {
  return Type.Unsafe<W>({ type: 'string', enum: [only] });
}

/** An answer with `"success": true` after its own properties (contract §1). */
export function succeededAnswer<P extends TProperties>(
  properties: P,
  example: Static<TObject<P>>,
): AnswerShape {
  return { schema: shape({ ...properties, success: TRUE }), example: succeed(example) };
}

export function answer<S extends TSchema>(schema: S, example: Static<S> & object): AnswerShape {
  return { schema, example };
}

export function ApiAnswer(description: string, { schema, example }: AnswerShape): MethodDecorator {
  const content = { 'application/json': { schema, example } };
  return applyDecorators(ApiOkResponse({ description, content }));
}
