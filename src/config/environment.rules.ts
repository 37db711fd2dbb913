import { applyDecorators } from '@nestjs/common';
import { ArrayUnique, IsIn, IsInt, Matches, Max, Min, ValidateBy } from 'class-validator';
import { isPathPrefix } from '../common/http/path-prefix';
import { isAddressBlock } from '../common/http/address-block';

export function WholeNumber(min: number, max: number): PropertyDecorator {
  const message = `must be a whole number from ${min} to ${max}`;
  return applyDecorators(IsInt({ message }), Min(min, { message }), Max(max, { message }));
}

/** For a port without a default, which stays text. */
export function PortOrNone(): PropertyDecorator {
  return ValidateBy({
    name: 'portOrNone',
    validator: {
      validate: (text: unknown) =>
        text === undefined ||
        (typeof text === 'string' && /^\d{1,5}$/.test(text) && Number(text) <= 65_535),
      defaultMessage: () => 'must be a whole number from 0 to 65535',
    },
  });
}

export function OneOf(words: readonly string[]): PropertyDecorator {
  return IsIn(words, { message: `must be one of: ${words.join(', ')}` });
}

export function YesOrNo(): PropertyDecorator {
  return IsIn([true, false], { message: 'must be one of: true, false' });
}

export function TextLike(pattern: RegExp, expected: string): PropertyDecorator {
  return Matches(pattern, { message: `must be ${expected}` });
}

export function HexKeys(digits: number): PropertyDecorator {
  const message = `must be keys of exactly ${digits} hex digits, all different, with commas between them`;
  return applyDecorators(
    Matches(new RegExp(`^[0-9a-f]{${digits}}$`, 'i'), { each: true, message }),
    ArrayUnique((key: string) => key.toLowerCase(), { message }),
  );
}

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

/** As browsers write them (RFC 6454 §6.2). No wildcard, nor the `null` that any sandboxed page sends. */
export function Origins(): PropertyDecorator {
  return ValidateBy({
    name: 'origins',
    validator: {
      validate: (origins: unknown) => Array.isArray(origins) && origins.every(isOrigin),
      defaultMessage: () =>
        'must be origins as browsers send them, with commas between them: https://chat.example.com, in lower case, without a path, a default port or *',
    },
  });
}

export function PublicUrl(): PropertyDecorator {
  return ValidateBy({
    name: 'publicUrl',
    validator: {
      validate: isPublicUrl,
      defaultMessage: () =>
        'must be of the form https://HOST or https://HOST/PATH, without user, query, fragment or a slash at the end',
    },
  });
}

function isOrigin(text: unknown): boolean {
  if (typeof text !== 'string' || !/^https?:\/\//.test(text) || !URL.canParse(text)) return false;
  return new URL(text).origin === text && !text.includes('*');
}

function isPublicUrl(text: unknown): boolean {
  if (typeof text !== 'string' || !/^https?:\/\//.test(text) || !URL.canParse(text)) return false;
  const { origin } = new URL(text);
  const path = text.slice(origin.length);
  return text.startsWith(origin) && (path === '' || isPathPrefix(path));
}

/**
 * The URL of a mail server. An unencoded `#`, `/` or `?` in a password would change the host, so only plain server URLs
 * pass.
 */
export function MailServer(): PropertyDecorator {
  return ValidateBy({
    name: 'mailServer',
    validator: {
      validate: (text: unknown) => typeof text === 'string' && isMailServer(text),
      defaultMessage: () =>
        'must be of the form smtp://USER:PASSWORD@HOST:PORT or smtps://USER:PASSWORD@HOST:PORT, without a path; in the ' +
        'user name and the password, everything but letters and digits is percent-encoded (# is %23, / is %2F, ? is %3F, ' +
        `@ is %40), and none of the options ${UNWELCOME.join(', ')} is given`,
    },
  });
}

const UNWELCOME = [
  'host',
  'port',
  'service',
  'secure',
  'ignoreTLS',
  'requireTLS=false',
  'opportunisticTLS',
];

function isMailServer(text: string): boolean {
  if (/\s/.test(text) || !URL.canParse(text)) return false;
  const { protocol, hostname, pathname, search, hash, searchParams, username, password } = new URL(
    text,
  );
  const isServer = ['smtp:', 'smtps:'].includes(protocol) && hostname !== '';
  const isAlone = ['', '/'].includes(pathname) && hash === '' && !search.includes('@');
  const isReadable = [username, password].every(isPercentEncoded);
  const options = [...searchParams].flatMap(([name, value]) => [name, `${name}=${value}`]);
  return isServer && isAlone && isReadable && !UNWELCOME.some((name) => options.includes(name));
}

function isPercentEncoded(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}
