import { applyDecorators } from '@nestjs/common';
import { IsBoolean, IsString, ValidateBy, ValidateIf, ValidationArguments } from 'class-validator';

/** The largest number that a database skips by without rounding or refusing. */
const MAX_INTEGER = 2 ** 31 - 1;

const LONE_SURROGATE = /\p{Cs}/u;
/** No control characters, and nothing else that ends a line. */
const ONE_LINE = /^[^\p{Cc}\p{Zl}\p{Zp}]*$/u;

/** A parameter that must be there, once, as text. It may be empty. */
export function RequiredString(): PropertyDecorator {
  return IsString({ message: 'must be string' });
}

/** A parameter that may be absent; otherwise as `Text`. */
export function OptionalString(): PropertyDecorator {
  return applyDecorators(MayBeAbsent(), RequiredString());
}

/** `null` is a value of a wrong kind, not an absent one. */
function MayBeAbsent(): PropertyDecorator {
  return ValidateIf((_parameters, value) => value !== undefined);
}

/**
 * Text that must be there and that the database can hold as it is: BSON has no lone surrogates, so the driver would
 * look for another text than the one that was sent.
 */
export function StorableString(): PropertyDecorator {
  return judgedBy('storableText', wrongText);
}

/** The name of something new: not empty, on one line, and of at most so many characters. */
export function RequiredName({ maxLength }: { maxLength: number }): PropertyDecorator {
  return judgedBy('name', (value) => wrongName(value, maxLength));
}

/** True or false. It may be absent where the class gives it a default. */
export function OptionalBoolean(): PropertyDecorator {
  return IsBoolean({ message: 'must be boolean' });
}

/** A whole number of a query string, which may be absent. It arrives as text; `wholeNumber` reads it. */
export function OptionalInteger({ min }: { min: number }): PropertyDecorator {
  return applyDecorators(
    MayBeAbsent(),
    judgedBy('wholeNumber', (value) => wrongNumber(value, min)),
  );
}

/** Reads what `OptionalInteger` has let pass. */
export function toInteger(text: string | undefined, fallback: number): number {
  return text === undefined ? fallback : Number(text);
}

/** @param problemOf what the original's JSON schema validator says of a value; undefined when it is right */
function judgedBy(
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

function wrongText(value: unknown): string | undefined {
  return typeof value === 'string' && !LONE_SURROGATE.test(value) ? undefined : 'must be string';
}

function wrongName(value: unknown, maxLength: number): string | undefined {
  if (typeof value !== 'string' || wrongText(value)) return 'must be string';
  if (value === '') return 'must NOT have fewer than 1 characters';
  // Characters, not UTF-16 units: as JSON schema counts.
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
