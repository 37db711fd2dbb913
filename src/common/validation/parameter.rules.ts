import { applyDecorators } from '@nestjs/common';
import { IsBoolean, IsString, ValidateBy, ValidateIf, ValidationArguments } from 'class-validator';
import { isAddressBlock } from '../http/address-block';

/** The largest `skip` that the database accepts without rounding. */
const MAX_INTEGER = 2 ** 31 - 1;

const ISO_DATE_TIME = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d))?$/;
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

export function OptionalStorableString(): PropertyDecorator {
  return applyDecorators(MayBeAbsent(), StorableString());
}

export function OptionalWord(words: readonly string[]): PropertyDecorator {
  return applyDecorators(
    MayBeAbsent(),
    validatedBy('word', (value) => {
      if (typeof value !== 'string') return 'must be string';
      return words.includes(value) ? undefined : 'must be equal to one of the allowed values';
    }),
  );
}

/** An optional ISO 8601 date, or date and time with its zone; `toDate` reads it. */
export function OptionalDateTime(): PropertyDecorator {
  return applyDecorators(MayBeAbsent(), validatedBy('dateTime', wrongDateTime));
}

/** @param text a value that passed `OptionalDateTime` */
export function toDate(text: string | undefined): Date | undefined {
  return text === undefined ? undefined : new Date(text);
}

export function RequiredName({ maxLength }: { maxLength: number }): PropertyDecorator {
  return validatedBy('name', (value) => wrongName(value, maxLength));
}

export function OptionalName(limits: { maxLength: number }): PropertyDecorator {
  return applyDecorators(MayBeAbsent(), RequiredName(limits));
}

/** An optional text that a database can hold and search for: neither empty nor longer than this. */
export function OptionalSearchText({ maxLength }: { maxLength: number }): PropertyDecorator {
  return applyDecorators(
    MayBeAbsent(),
    validatedBy('searchText', (value) => wrongString(value) ?? wrongLength(value, maxLength)),
  );
}

/** An optional list of at least one text that a database can hold. */
export function OptionalTexts({ maxItems }: { maxItems: number }): PropertyDecorator {
  return applyDecorators(
    MayBeAbsent(),
    validatedBy('texts', (value) => wrongTexts(value, maxItems)),
  );
}

/** An optional IP address or CIDR block. */
export function OptionalAddressBlock(): PropertyDecorator {
  return applyDecorators(
    MayBeAbsent(),
    validatedBy('addressBlock', (value) => {
      if (typeof value !== 'string') return 'must be string';
      return isAddressBlock(value) ? undefined : 'must match format "ip-or-cidr"';
    }),
  );
}

/** An object, whose own rules its class checks. */
export function RequiredObject(): PropertyDecorator {
  return validatedBy('object', (value) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? undefined
      : 'must be object',
  );
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

function wrongDateTime(value: unknown): string | undefined {
  if (typeof value !== 'string') return 'must be string';
  const isDate = ISO_DATE_TIME.test(value) && !Number.isNaN(Date.parse(value));
  return isDate && isOfCalendar(value.slice(0, 10)) ? undefined : 'must match format "date-time"';
}

/** For `Date`, the 30th of February is the 2nd of March. */
function isOfCalendar(day: string): boolean {
  return new Date(day).toISOString().startsWith(day);
}

function wrongName(value: unknown, maxLength: number): string | undefined {
  if (typeof value !== 'string' || wrongString(value)) return 'must be string';
  return (
    wrongLength(value, maxLength) ??
    (ONE_LINE.test(value) ? undefined : `must match pattern "${ONE_LINE.source}"`)
  );
}

function wrongLength(value: unknown, maxLength: number): string | undefined {
  const text = String(value);
  if (text === '') return 'must NOT have fewer than 1 characters';
  // Characters, not UTF-16 units, as in JSON schema.
  return Array.from(text).length > maxLength
    ? `must NOT have more than ${maxLength} characters`
    : undefined;
}

function wrongTexts(value: unknown, maxItems: number): string | undefined {
  if (!Array.isArray(value)) return 'must be array';
  if (value.length === 0) return 'must NOT have fewer than 1 items';
  if (value.length > maxItems) return `must NOT have more than ${maxItems} items`;
  return value.map(wrongString).find((problem) => problem !== undefined);
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
