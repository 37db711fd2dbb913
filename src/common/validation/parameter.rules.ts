import { applyDecorators } from '@nestjs/common';
import { IsBoolean, IsString, ValidateBy, ValidateIf, ValidationArguments } from 'class-validator';

/** The largest `skip` that the database accepts without rounding. */
const MAX_INTEGER = 2 ** 31 - 1;

const LONE_SURROGATE = /\p{Cs}/u;
const ONE_LINE = /^[^\p{Cc}\p{Zl}\p{Zp}]*$/u;

export function RequiredString(): PropertyDecorator {
  return IsString({ message: 'must be string' });
}

export function OptionalString(): PropertyDecorator {
  return applyDecorators(MayBeAbsent(), RequiredString());
}

/** `null` has the wrong type; it does not count as absent. */
function MayBeAbsent(): PropertyDecorator {
  return ValidateIf((_parameters, value) => value !== undefined);
}

/** Refuses lone surrogates: BSON cannot hold them, so the driver would look up a different string. */
export function StorableString(): PropertyDecorator {
  return validatedBy('storableString', wrongString);
}

export function RequiredName({ maxLength }: { maxLength: number }): PropertyDecorator {
  return validatedBy('name', (value) => wrongName(value, maxLength));
}

export function OptionalBoolean(): PropertyDecorator {
  return IsBoolean({ message: 'must be boolean' });
}

/** An optional whole number in a query string; `toInteger` reads it. */
export function OptionalInteger({ min }: { min: number }): PropertyDecorator {
  return applyDecorators(
    MayBeAbsent(),
    validatedBy('wholeNumber', (value) => wrongNumber(value, min)),
  );
}

/** @param text a value that passed `OptionalInteger` */
export function toInteger(text: string | undefined, fallback: number): number {
  return text === undefined ? fallback : Number(text);
}

/** @param problemOf the message of Rocket.Chat's JSON schema validator; undefined for a valid value */
function validatedBy(
  name: string,
  problemOf: (value: unknown) => string | undefined,
): PropertyDecorator {
  return ValidateBy({
    name,
    validator: {
      validate: (value: unknown) => problemOf(value) === undefined,
      defaultMessage: (args?: ValidationArguments) => problemOf(args?.value) ?? '',
    },
  });
}

function wrongString(value: unknown): string | undefined {
  return typeof value === 'string' && !LONE_SURROGATE.test(value) ? undefined : 'must be string';
}

function wrongName(value: unknown, maxLength: number): string | undefined {
  if (typeof value !== 'string' || wrongString(value)) return 'must be string';
  if (value === '') return 'must NOT have fewer than 1 characters';
  // Characters, not UTF-16 units, as in JSON schema.
  if (Array.from(value).length > maxLength)
    return `must NOT have more than ${maxLength} characters`;
  return ONE_LINE.test(value) ? undefined : `must match pattern "${ONE_LINE.source}"`;
}

function wrongNumber(value: unknown, min: number): string | undefined {
  if (typeof value !== 'string' || !/^[+-]?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(value)) {
    return 'must be number';
  }
  const number = Number(value);
  if (number < min) return `must be >= ${min}`;
  if (number > MAX_INTEGER) return `must be <= ${MAX_INTEGER}`;
  return Number.isInteger(number) ? undefined : 'must be integer';
}
