import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Model } from 'mongoose';
import { stringArray } from '../../common/validation/string-array';
import { verifiedAddresses } from './accounts.repository';
import { stillWorking } from './still-working';
import { LOGIN_TOKENS, StoredToken } from './stored-token';
import { StoredServices } from './stored-services';
import { User } from './user.schema';

/** The public part of a user; fields that the workspace lacks are absent. */
export interface UserProfile {
  name?: string;
  username?: string;
  avatarETag?: string;
  avatarOrigin?: string;
}

/** A user found by one of their tokens, with all that later checks need, so that they need no further read. */
export interface TokenOwner {
  id: string;
  username?: string;
  active: boolean;
  roles: string[];
  token: StoredToken;
  services: Pick<StoredServices, 'password' | 'totp' | 'email2fa'>;
  /** Without a verified address, e-mail codes are no factor (contract §4). */
  hasVerifiedAddress: boolean;
}

export type UserName = { userId: string } | { username: string };

const OWNER_FIELDS = {
  username: 1,
  active: 1,
  roles: 1,
  'emails.address': 1,
  'emails.verified': 1,
  'services.password.bcrypt': 1,
  'services.totp.enabled': 1,
  'services.totp.secret': 1,
  'services.totp.tempSecret': 1,
  'services.totp.tempToken': 1,
  'services.totp.tempExpire': 1,
  'services.totp.hashedBackup': 1,
  'services.email2fa.enabled': 1,
  'services.email2fa.changedAt': 1,
  [`${LOGIN_TOKENS}.$`]: 1,
};

@Injectable()
export class UsersRepository {
  constructor(@InjectModel(User.name) private readonly users: Model<User>) {}

  /** The user who holds the token with this hash. One indexed read. */
  async findTokenOwner(hashedToken: string): Promise<TokenOwner | undefined> {
    // The driver's own call: a query of Mongoose costs each request a tenth more, and nothing here needs casting.
    const user = await this.users.collection.findOne<User>(
      { [`${LOGIN_TOKENS}.hashedToken`]: hashedToken },
      { projection: OWNER_FIELDS },
    );
    const token = user?.services?.resume?.loginTokens?.[0];
    if (!user || token?.hashedToken !== hashedToken) return undefined;
    const { password, totp, email2fa } = user.services ?? {};
    return {
      id: user._id,
      ...(typeof user.username === 'string' && { username: user.username }),
      active: user.active === true,
      roles: stringArray(user.roles),
      token,
      services: {
        ...(password && { password }),
        ...(totp && { totp }),
        ...(email2fa && { email2fa }),
      },
      hasVerifiedAddress: verifiedAddresses(user.emails).length > 0,
    };
  }

  /** The id of the user with exactly this name. One indexed read. */
  async findId(name: UserName): Promise<string | undefined> {
    const user = await this.users
      .findOne('userId' in name ? { _id: name.userId } : { username: name.username })
      .select({ username: 1 })
      .lean<Pick<User, '_id' | 'username'>>();
    // BSON cannot hold a lone surrogate, so the driver may have queried another name than the client sent.
    const found = 'userId' in name ? user?._id === name.userId : user?.username === name.username;
    return found ? user?._id : undefined;
  }

  /** The public parts of these users, by id; users who no longer exist are missing. One read by `_id`. */
  async findProfiles(ids: readonly string[]): Promise<Map<string, UserProfile>> {
    if (ids.length === 0) return new Map();
    const users = await this.users
      .find({ _id: { $in: [...ids] } })
      .select({ name: 1, username: 1, avatarETag: 1, avatarOrigin: 1 })
      .batchSize(ids.length + 1)
      .lean<(UserProfile & { _id: string })[]>();
    return new Map(users.map(({ _id, ...profile }) => [_id, profile]));
  }

  async holdsToken(userId: string, hashedToken: string): Promise<boolean> {
    const user = await this.users
      .findOne({ _id: userId, [`${LOGIN_TOKENS}.hashedToken`]: hashedToken })
      .select({ _id: 1 })
      .lean();
    return user !== null;
  }

  /** Whether the caller is active and still holds their token. One read by `_id`. */
  async isStillWorking(caller: TokenOwner): Promise<boolean> {
    return (await this.users.exists(stillWorking(caller))) !== null;
  }

  /**
   * Spares the client's next codes until then (contract §4). False when the login has ended, or its user is inactive.
   */
  async rememberSecondFactor(
    { id, token }: TokenOwner,
    until: Date,
    clientHash: string,
  ): Promise<boolean> {
    const { matchedCount } = await this.users.updateOne(
      { _id: id, active: true, [`${LOGIN_TOKENS}.hashedToken`]: token.hashedToken },
      {
        $set: {
          [`${LOGIN_TOKENS}.$.twoFactorAuthorizedUntil`]: until,
          [`${LOGIN_TOKENS}.$.twoFactorAuthorizedHash`]: clientHash,
        },
      },
    );
    return matchedCount === 1;
  }
}
