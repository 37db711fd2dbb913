import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Model } from 'mongoose';
import { stringArray } from '../../common/validation/string-array';
import { verifiedAddresses } from './accounts.repository';
import { stillWorking } from './still-working';
import { LOGIN_TOKENS, StoredToken } from './stored-token';
import { StoredServices } from './stored-services';
import { User } from './user.schema';

/** What others may see of a user beside a session: each field only if the workspace has it. */
export interface UserProfile {
  name?: string;
  username?: string;
  avatarETag?: string;
  avatarOrigin?: string;
}

/** A user found by one of their tokens, with what the checks behind it need, so that they need not ask again. */
export interface TokenOwner {
  id: string;
  /** For telling of them, not for finding them. */
  username?: string;
  active: boolean;
  roles: string[];
  token: StoredToken;
  services: Pick<StoredServices, 'password' | 'totp' | 'email2fa'>;
  /** Whether codes by e-mail can reach them: without it, those are no factor of theirs (contract §4). */
  hasVerifiedAddress: boolean;
}

/** How an administrator names a user. */
export type UserName = { userId: string } | { username: string };

/** The users of the workspace. */
@Injectable()
export class UsersRepository {
  constructor(@InjectModel(User.name) private readonly users: Model<User>) {}

  /** The user who holds the token with this hash. One indexed read. */
  async findTokenOwner(hashedToken: string): Promise<TokenOwner | undefined> {
    const user = await this.users
      .findOne({ [`${LOGIN_TOKENS}.hashedToken`]: hashedToken })
      .select({
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
      })
      .lean();
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

  /** The id of the user whom somebody names, exactly; undefined when there is none. One indexed read. */
  async findId(name: UserName): Promise<string | undefined> {
    const user = await this.users
      .findOne('userId' in name ? { _id: name.userId } : { username: name.username })
      .select({ username: 1 })
      .lean<Pick<User, '_id' | 'username'>>();
    // BSON cannot hold a lone surrogate: what the driver asked for may not be what the client asked for.
    const found = 'userId' in name ? user?._id === name.userId : user?.username === name.username;
    return found ? user?._id : undefined;
  }

  /** What others may see of a user; undefined when the user is gone. One read by `_id`. */
  async findProfile(id: string): Promise<UserProfile | undefined> {
    const user = await this.users
      .findOne({ _id: id })
      .select({ _id: 0, name: 1, username: 1, avatarETag: 1, avatarOrigin: 1 })
      .lean<UserProfile>();
    return user ?? undefined;
  }

  /** Whether a user holds the token with this hash at this moment. One read by `_id`. */
  async holdsToken(userId: string, hashedToken: string): Promise<boolean> {
    const user = await this.users
      .findOne({ _id: userId, [`${LOGIN_TOKENS}.hashedToken`]: hashedToken })
      .select({ _id: 1 })
      .lean();
    return user !== null;
  }

  /** Whether the token that somebody asks with still is theirs, and they are active. One read by `_id`. */
  async isStillWorking(caller: TokenOwner): Promise<boolean> {
    return (await this.users.exists(stillWorking(caller))) !== null;
  }

  /**
   * Notes at the login token itself that its client need not show another code for a while (contract §4).
   * @returns false when that login has ended, or its user is not active any more
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
