import { applyDecorators } from '@nestjs/common';
import { ArrayUnique, IsIn, IsInt, Matches, Max, Min, ValidateBy } from 'class-validator';
import { isAddressBlock } from '../common/http/trusted-proxies';

/** A whole number within bounds; both ends belong to it. */
export function WholeNumber(min: number, max: number): PropertyDecorator {
  const message = `must be a whole number from ${min} to ${max}`;
  return applyDecorators(IsInt({ message }), Min(min, { message }), Max(max, { message }));
}

/** One of a closed list of words. */
export function OneOf(words: readonly string[]): PropertyDecorator {
  return IsIn(words, { message: `must be one of: ${words.join(', ')}` });
}

/** Text of a given form; `expected` tells a person what that form is. */
export function TextLike(pattern: RegExp, expected: string): PropertyDecorator {
  return Matches(pattern, { message: `must be ${expected}` });
}

/** A list of secret keys of so many hex digits each, in either case; no two are the same. */
export function HexKeys(digits: number): PropertyDecorator {
  const message = `must be keys of exactly ${digits} hex digits, all different, with commas between them`;
  return applyDecorators(
    Matches(new RegExp(`^[0-9a-f]{${digits}}$`, 'i'), { each: true, message }),
    ArrayUnique((key: string) => key.toLowerCase(), { message }),
  );
}

/** A list of IP addresses and CIDR blocks, of both families. */
export function AddressBlocks(): PropertyDecorator {
  return ValidateBy({
    name: 'addressBlocks',
    validator: {
      validate: (blocks: unknown) =>
        Array.isArray(blocks) &&
        blocks.every((block) => typeof block === 'string' && isAddressBlock(block)),
      defaultMessage: () =>
        'must be IP addresses or CIDR blocks with commas between them, as 127.0.0.1, 10.0.0.0/8, fc00::/7',
    },
  });
}

/** An address with a host in it and one of these schemes, without white space. */
export function UrlOf(schemes: readonly string[], expected: string): PropertyDecorator {
  return ValidateBy({
    name: 'urlOf',
    validator: {
      validate: (text: unknown) => {
        if (typeof text !== 'string' || /\s/.test(text) || !URL.canParse(text)) return false;
        const { protocol, hostname } = new URL(text);
        return schemes.includes(protocol) && hostname !== '';
      },
      defaultMessage: () => `must be ${expected}`,
    },
  });
}
