import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Model, QueryFilter } from 'mongoose';
import { LoginName } from './login-name';
import { LOGIN_TOKENS, olderLoginTokens, StoredLoginToken, storedTokens } from './stored-token';
import { UserNamesRepository } from './user-names.repository';
import { User } from './user.schema';

/** A user who signs in: their credentials, and what they may see of themselves. */
export type Account = Omit<User, 'services'> & {
  services: Pick<NonNullable<User['services']>, 'password' | 'totp' | 'email2fa' | 'emailCode'>;
};

/** How many login tokens a user may hold; the oldest make room (contract §5). */
export const MAX_LOGIN_TOKENS = 50;

const UNKNOWN_USER = '';

const ACCOUNT_FIELDS = {
  username: 1,
  name: 1,
  active: 1,
  roles: 1,
  emails: 1,
  createdAt: 1,
  avatarETag: 1,
  avatarOrigin: 1,
  'services.password.bcrypt': 1,
  'services.totp.enabled': 1,
  'services.totp.secret': 1,
  'services.totp.hashedBackup': 1,
  'services.email2fa.enabled': 1,
  'services.email2fa.changedAt': 1,
  'services.emailCode': 1,
} as const;

@Injectable()
export class AccountsRepository {
  constructor(
    @InjectModel(User.name) private readonly users: Model<User>,
    private readonly names: UserNamesRepository,
  ) {}

  async findById(id: string): Promise<Account | undefined> {
    const user = await this.users.findOne({ _id: id }).select(ACCOUNT_FIELDS).lean<User>();
    return user ? asAccount(user) : undefined;
  }

  /** As `UserNamesRepository.findId`, and one read more, also for an unknown name, so that timing reveals nothing. */
  async findByLoginName(name: LoginName): Promise<Account | undefined> {
    const id = await this.names.findId(name);
    const account = await this.findById(id ?? UNKNOWN_USER);
    return id === undefined ? undefined : account;
  }

  /**
   * Stores the token of a new login and removes the login tokens beyond `MAX_LOGIN_TOKENS`, the oldest first.
   * @param account the state that the login was checked against
   * @returns the removed tokens; undefined when that state has changed, so that nothing was stored
   */
  async addLoginToken(
    account: Account,
    token: StoredLoginToken,
  ): Promise<StoredLoginToken[] | undefined> {
    const { _id: id, services } = account;
    const user = await this.users
      .findOneAndUpdate(
        {
          _id: id,
          active: true,
          'services.password.bcrypt': services.password?.bcrypt ?? '',
          ...sameTotp(services),
          ...sameEmailCodes(services),
          // Other programs wrote this: `$push` to a value that is not a list would fail.
          $or: [{ [LOGIN_TOKENS]: { $exists: false } }, { [LOGIN_TOKENS]: { $type: 'array' } }],
        },
        { $push: { [LOGIN_TOKENS]: token } },
        { returnDocument: 'after' },
      )
      .select({ [LOGIN_TOKENS]: 1 })
      .lean<User>();
    if (!user) return undefined;
    const stored = user.services?.resume?.loginTokens ?? [];
    // The new token stays, even if this machine's clock is behind the one that issued the others.
    const others = storedTokens(stored).filter(
      ({ hashedToken }) => hashedToken !== token.hashedToken,
    );
    const surplus = olderLoginTokens(others, MAX_LOGIN_TOKENS - 1);
    if (surplus.length === 0) return [];
    const remaining = stored.length - surplus.length;
    return (await this.dropLoginTokens(id, surplus, remaining)) ? surplus : [];
  }

  /** Does nothing when another request has made room, so that the list has no more than `remaining` tokens. Atomic. */
  private async dropLoginTokens(
    id: string,
    tokens: StoredLoginToken[],
    remaining: number,
  ): Promise<boolean> {
    const { matchedCount } = await this.users.updateOne(
      { _id: id, [`${LOGIN_TOKENS}.${remaining}`]: { $exists: true } },
      {
        $pull: {
          [LOGIN_TOKENS]: { hashedToken: { $in: tokens.map(({ hashedToken }) => hashedToken) } },
        },
      },
    );
    return matchedCount === 1;
  }
}

function asAccount({ services, ...user }: User): Account {
  const { password, totp, email2fa, emailCode } = services ?? {};
  return {
    ...user,
    services: {
      ...(password && { password }),
      ...(totp && { totp }),
      ...(email2fa && { email2fa }),
      ...(emailCode && { emailCode }),
    },
  };
}

/** The addresses of a user. Other programs wrote `emails`: it may be anything. */
export function storedEmails(emails: unknown): { address: string; verified: boolean }[] {
  if (!Array.isArray(emails)) return [];
  return emails.flatMap((email: { address?: unknown; verified?: unknown } | null) =>
    typeof email?.address === 'string'
      ? [{ address: email.address, verified: email.verified === true }]
      : [],
  );
}

export function verifiedAddresses(emails: unknown): string[] {
  return storedEmails(emails)
    .filter(({ address, verified }) => verified && address !== '')
    .map(({ address }) => address);
}

/** Matches elements of a list only: an object alone is not a list of addresses. */
export const HAS_VERIFIED_ADDRESS: QueryFilter<User> = {
  emails: { $elemMatch: { verified: true, address: { $type: 'string', $ne: '' } } },
};

/** No login that was checked before a change of the factor may be stored after it: the change has ended all others. */
function sameTotp({ totp }: Account['services']): QueryFilter<User> {
  if (totp?.enabled !== true) return { 'services.totp.enabled': { $ne: true } };
  return { 'services.totp.enabled': true, 'services.totp.secret': { $eq: totp.secret ?? null } };
}

function sameEmailCodes({ email2fa }: Account['services']): QueryFilter<User> {
  if (email2fa?.enabled !== true) return { 'services.email2fa.enabled': { $ne: true } };
  const changedAt = { $eq: email2fa.changedAt ?? null };
  return { 'services.email2fa.enabled': true, 'services.email2fa.changedAt': changedAt };
}
