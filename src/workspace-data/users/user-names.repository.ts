import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Model } from 'mongoose';
import { stringArray } from '../../common/validation/string-array';
import { foldCase, LoginName } from './login-name';
import { spellingsOf } from './name-spellings';
import { User } from './user.schema';

/** How many users are looked at whose names begin as the one that is looked for. */
const MOST_CANDIDATES = 100;

interface Candidate {
  id: string;
  names: string[];
}

/** Finds users by their names and addresses, in any case, through the workspace's own indexes (docs/adr/0019). */
@Injectable()
export class UserNamesRepository {
  constructor(@InjectModel(User.name) private readonly users: Model<User>) {}

  /**
   * The id of the user with exactly this name, or else of the only one with it in another case. One or two indexed reads
   * at once, of a bounded number of documents; which, depends on the name and not on who there is.
   * @param name without blanks around it
   * @returns undefined for nobody's name, and for one that may be two people's
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

  /**
   * Where more users than `MOST_CANDIDATES` have names that begin so, the rest of them is found in its likely spellings
   * only.
   */
  private async findCandidates(name: LoginName, typed: string): Promise<Candidate[]> {
    const path = 'username' in name ? 'username' : 'emails.address';
    const { likely, beginnings } = spellingsOf(typed);
    const ask = (spellings: (string | RegExp)[], limit: number): Promise<User[]> =>
      this.users
        .find({ [path]: { $in: spellings } })
        .select({ [path]: 1 })
        .limit(limit)
        .lean<User[]>()
        .exec();
    // The names are unique, so the first limit cuts nothing off.
    const questions = [ask(likely, likely.length)];
    if (beginnings.length > 0) {
      questions.push(ask(beginnings.map(beginningWith), MOST_CANDIDATES));
    }
    const answers = await Promise.all(questions);
    return answers.flat().map((user) => ({ id: user._id, names: namesOf(user, name) }));
  }
}

/** Literal behind `^`, and nothing else: only such an expression is a range of an index. */
function beginningWith(text: string): RegExp {
  return new RegExp(`^${text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')}`);
}

/** What is stored was written by other programs: it need not be text. */
function namesOf({ username, emails }: User, name: LoginName): string[] {
  if ('username' in name) return stringArray([username]);
  const stored: ({ address?: unknown } | null)[] = Array.isArray(emails) ? emails : [];
  return stringArray(stored.map((email) => email?.address));
}
