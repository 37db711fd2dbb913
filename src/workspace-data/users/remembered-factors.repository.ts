import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Model, PipelineStage } from 'mongoose';
import { TOKEN_HASH } from './held-hashes';
import { LOGIN_TOKENS } from './stored-token';
import { User } from './user.schema';
import { UserProfile } from './users.repository';

const UNTIL = 'twoFactorAuthorizedUntil';
const PROFILE = ['name', 'username', 'avatarETag', 'avatarOrigin'];

/** A login whose second factor its client need not prove until then. */
export interface RememberedFactor {
  userId: string;
  hashedToken: string;
  until: Date;
  owner: UserProfile;
}

/** The remembered second factors of logins (contract §4). */
@Injectable()
export class RememberedFactorsRepository {
  constructor(@InjectModel(User.name) private readonly users: Model<User>) {}

  /**
   * The longest remembered first. Reads the users who hold a token, through the index of tokens: the workspace has none
   * of `twoFactorAuthorizedUntil` (docs/adr/0032).
   * @param maxTimeMS when the database aborts
   */
  async find(
    now: Date,
    { offset, count }: { offset: number; count: number },
    maxTimeMS: number,
  ): Promise<RememberedFactor[]> {
    const rows = await this.run<Row>(
      [
        ...rememberedAt(now),
        { $sort: { [`token.${UNTIL}`]: -1, _id: 1, 'token.hashedToken': 1 } },
        { $skip: offset },
        { $limit: count },
      ],
      maxTimeMS,
    );
    return rows.map(rememberedIn);
  }

  async count(now: Date, maxTimeMS: number): Promise<number> {
    const stages: PipelineStage[] = [...rememberedAt(now), { $count: 'total' }];
    return (await this.run<{ total: number }>(stages, maxTimeMS))[0]?.total ?? 0;
  }

  /**
   * Forgets the second factor of a login, which goes on. One atomic statement, which demands that the token works.
   * @param owner undefined for the holder of the token, whoever it is
   * @returns false if nobody holds the token
   */
  async forget(owner: string | undefined, hashedToken: string): Promise<boolean> {
    const { matchedCount } = await this.users.updateOne(
      {
        ...(owner !== undefined && { _id: owner }),
        [TOKEN_HASH]: hashedToken,
        // A list, and the element that `$` means.
        [LOGIN_TOKENS]: { $elemMatch: { hashedToken } },
      },
      {
        $unset: {
          [`${LOGIN_TOKENS}.$.${UNTIL}`]: 1,
          [`${LOGIN_TOKENS}.$.twoFactorAuthorizedHash`]: 1,
        },
      },
    );
    return matchedCount === 1;
  }

  private async run<Result>(stages: PipelineStage[], maxTimeMS: number): Promise<Result[]> {
    return this.users.aggregate<Result>(stages).allowDiskUse(true).option({ maxTimeMS });
  }
}

/**
 * One row per token. Uses only stages that every supported server has: some cannot rename a field in `$project`, or
 * unwind a list below the top.
 */
function rememberedAt(now: Date): PipelineStage[] {
  return [
    // The first condition is what the index answers.
    { $match: { [TOKEN_HASH]: { $gt: '' }, [`${LOGIN_TOKENS}.${UNTIL}`]: { $gt: now } } },
    {
      $group: {
        _id: '$_id',
        ...Object.fromEntries(PROFILE.map((field) => [field, { $first: `$${field}` }])),
        token: { $first: `$${LOGIN_TOKENS}` },
      },
    },
    { $unwind: '$token' },
    {
      $match: {
        'token.hashedToken': { $type: 'string' },
        [`token.${UNTIL}`]: { $gt: now, $type: 'date' },
        'token.type': { $ne: 'personalAccessToken' },
      },
    },
  ];
}

/** What `$group` takes from a missing field is null. */
type Row = { [Field in keyof UserProfile]: UserProfile[Field] | null } & {
  _id: string;
  token: { hashedToken: string; twoFactorAuthorizedUntil: Date };
};

function rememberedIn({ _id: userId, token, ...profile }: Row): RememberedFactor {
  const { hashedToken, twoFactorAuthorizedUntil: until } = token;
  const owner = Object.fromEntries(
    Object.entries(profile).filter(([, value]) => value !== null),
  ) as UserProfile;
  return { userId, hashedToken, until, owner };
}
