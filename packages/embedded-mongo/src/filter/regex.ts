import type { BSONRegExp } from 'bson';
import { CommandError, notSupported } from '../errors';

/** Escapes with one meaning in MongoDB's regular expressions (PCRE) and in JavaScript's. */
const SHARED_ESCAPES = /^[dDwWbBnrtf1-9]$/;
/** What `\s` means in PCRE; JavaScript adds the spaces of Unicode. */
const SPACES = '\\t\\n\\v\\f\\r ';

/**
 * The JavaScript form of a MongoDB regular expression, with the same meaning. What means something
 * else in the two languages is translated or refused.
 * @throws CommandError 51091 for a pattern that is invalid, 51108 for an invalid option
 */
export function toRegExp({ pattern, options }: BSONRegExp): RegExp {
  for (const option of options) {
    if (option === 'x') throw notSupported('the regular expression option x');
    if (!'ims'.includes(option)) {
      throw new CommandError(51108, `invalid flag in regex options: ${options}`);
    }
  }
  const source = new Translator(pattern, options.includes('m'), options.includes('s')).run();
  try {
    return new RegExp(source, options.includes('i') ? 'iu' : 'u');
  } catch {
    throw new CommandError(51091, `Regular expression is invalid: ${pattern}`);
  }
}

/** Rewrites a pattern token by token. Lines end at `\n` only, as in PCRE. */
class Translator {
  private at = 0;

  constructor(
    private readonly pattern: string,
    private readonly multiline: boolean,
    private readonly dotAll: boolean,
  ) {}

  run(): string {
    let source = '';
    while (this.at < this.pattern.length) source += this.token();
    return source;
  }

  private token(): string {
    const character = this.pattern.charAt(this.at++);
    switch (character) {
      case '\\':
        return this.escape(false);
      case '[':
        return this.characterClass();
      case '(':
        return this.group();
      case '.':
        return this.dotAll ? '[^]' : '[^\\n]';
      case '^':
        return this.multiline ? '(?:(?<![^])|(?<=\\n)(?=[^]))' : '^';
      case '$':
        return this.multiline ? '(?:(?=\\n)|(?![^]))' : '(?=\\n?(?![^]))';
      default:
        return character;
    }
  }

  private escape(inClass: boolean): string {
    const character = this.pattern.charAt(this.at++);
    if (character === 's' && inClass && this.pattern.charAt(this.at) === '-') {
      throw this.refused('\\s before a hyphen in a class');
    }
    if (character === 's') return inClass ? SPACES : `[${SPACES}]`;
    if (character === 'S' && !inClass) return `[^${SPACES}]`;
    const [code] = /^[0-9a-fA-F]{2}/.exec(this.pattern.slice(this.at)) ?? [];
    if (character === 'x' && code !== undefined) {
      this.at += code.length;
      return `\\x${code}`;
    }
    if (SHARED_ESCAPES.test(character)) {
      if (inClass && /[B1-9]/.test(character)) throw this.refused(`\\${character} in a class`);
      return `\\${character}`;
    }
    if (character === '' || /[\p{L}\p{N}]/u.test(character)) throw this.refused(`\\${character}`);
    if (character === '-') return inClass ? '\\-' : '-';
    return /[\^$\\.*+?()[\]{}|/]/.test(character) ? `\\${character}` : character;
  }

  private group(): string {
    const rest = this.pattern.slice(this.at);
    if (rest.startsWith('*') || /^\?(?![:=!])/.test(rest)) {
      throw this.refused(`the group (${rest.slice(0, 2)}`);
    }
    return '(';
  }

  private characterClass(): string {
    let source = '[';
    if (this.pattern.charAt(this.at) === '^') source += this.pattern.charAt(this.at++);
    // PCRE takes a first "]" literally, JavaScript ends the class there.
    if (this.pattern.charAt(this.at) === ']') throw this.refused('an unescaped ] in a class');
    while (this.at < this.pattern.length) {
      const character = this.pattern.charAt(this.at++);
      if (character === ']') return `${source}]`;
      if (character === '[' && /^[:.=]/.test(this.pattern.slice(this.at))) {
        throw this.refused('a POSIX class');
      }
      source += character === '\\' ? this.escape(true) : character;
    }
    return source;
  }

  private refused(what: string): CommandError {
    return notSupported(`${what} in the regular expression ${this.pattern}`);
  }
}
