import { applyDecorators } from '@nestjs/common';
import { IsString, ValidateBy, ValidateIf, ValidationArguments } from 'class-validator';

/** The largest number that a database skips by without rounding or refusing. */
const MAX_INTEGER = 2 ** 31 - 1;

/** A parameter that must be there, once, as text. It may be empty. */
export function Text(): PropertyDecorator {
  return IsString({ message: 'must be string' });
}

/** A parameter that may be absent; otherwise as `Text`. */
export function OptionalText(): PropertyDecorator {
  return applyDecorators(MayBeAbsent(), Text());
}

/** `null` is a value of a wrong kind, not an absent one. */
function MayBeAbsent(): PropertyDecorator {
  return ValidateIf((_parameters, value) => value !== undefined);
}

/** A whole number of a query string, which may be absent. It arrives as text; `wholeNumber` reads it. */
export function OptionalWholeNumber({ min }: { min: number }): PropertyDecorator {
  return applyDecorators(
    MayBeAbsent(),
    ValidateBy({
      name: 'wholeNumber',
      validator: {
        validate: (value: unknown) => wrongNumber(value, min) === undefined,
        defaultMessage: (args?: ValidationArguments) => wrongNumber(args?.value, min) ?? '',
      },
    }),
  );
}

/** Reads what `OptionalWholeNumber` has let pass. */
export function wholeNumber(text: string | undefined, fallback: number): number {
  return text === undefined ? fallback : Number(text);
}

/** What the original's JSON schema validator says of it; undefined when it is right. */
function wrongNumber(value: unknown, min: number): string | undefined {
  if (typeof value !== 'string' || !/^[+-]?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(value)) {
    return 'must be number';
  }
  const number = Number(value);
  if (number < min) return `must be >= ${min}`;
  if (number > MAX_INTEGER) return `must be <= ${MAX_INTEGER}`;
  return Number.isInteger(number) ? undefined : 'must be integer';
}
