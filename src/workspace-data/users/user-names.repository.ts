import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Model } from 'mongoose';
import { stringArray } from '../../common/validation/string-array';
import { foldCase, LoginName } from './login-name';
import { spellingsOf } from './name-spellings';
import { User } from './user.schema';

/** How many users to read whose names share the prefix. */
const MAX_CANDIDATES = 100;

interface Candidate {
  id: string;
  names: string[];
}

/** Finds users by name or address, in any case, through the workspace's own indexes (docs/adr/0019). */
@Injectable()
export class UserNamesRepository {
  constructor(@InjectModel(User.name) private readonly users: Model<User>) {}

  /**
   * The user of exactly this trimmed name, or else the only one of it in another case. One or two concurrent indexed
   * reads of a bounded number of documents; which ones depends on the name, not on the users.
   */
  async findId(name: LoginName): Promise<string | undefined> {
    const typed = 'username' in name ? name.username : name.email;
    const candidates = await this.findCandidates(name, typed);
    const exact = candidates.find(({ names }) => names.includes(typed));
    if (exact) return exact.id;
    const folded = foldCase(typed);
    const alike = candidates.filter(({ names }) => names.some((own) => foldCase(own) === folded));
    const ids = new Set(alike.map(({ id }) => id));
    return ids.size === 1 ? alike[0]?.id : undefined;
  }

  /** The ids of the users of exactly these usernames. One indexed read. */
  async findIds(usernames: readonly string[]): Promise<string[]> {
    const users = await this.users
      .find({ username: { $in: [...usernames] } })
      .select({ _id: 1 })
      .batchSize(usernames.length + 1)
      .lean<Pick<User, '_id'>[]>();
    return users.map(({ _id }) => _id);
  }

  /** With more than `MAX_CANDIDATES` users of this prefix, the rest are found in their likely spellings only. */
  private async findCandidates(name: LoginName, typed: string): Promise<Candidate[]> {
    const path = 'username' in name ? 'username' : 'emails.address';
    const { likely, prefixes } = spellingsOf(typed);
    const ask = (spellings: (string | RegExp)[], limit: number): Promise<User[]> =>
      this.users
        .find({ [path]: { $in: spellings } })
        .select({ [path]: 1 })
        .limit(limit)
        .lean<User[]>()
        .exec();
    // Names are unique, so this limit drops nothing.
    const questions = [ask(likely, likely.length)];
    if (prefixes.length > 0) {
      questions.push(ask(prefixes.map(startingWith), MAX_CANDIDATES));
    }
    const answers = await Promise.all(questions);
    return answers.flat().map((user) => ({ id: user._id, names: namesOf(user, name) }));
  }
}

/** Only an escaped literal behind `^` becomes a range of an index. */
function startingWith(text: string): RegExp {
  return new RegExp(`^${text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')}`);
}

/** Other programs wrote this: it may not be text. */
function namesOf({ username, emails }: User, name: LoginName): string[] {
  if ('username' in name) return stringArray([username]);
  const stored: ({ address?: unknown } | null)[] = Array.isArray(emails) ? emails : [];
  return stringArray(stored.map((email) => email?.address));
}
