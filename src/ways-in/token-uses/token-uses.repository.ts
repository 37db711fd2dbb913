import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Model, mongo } from 'mongoose';
import { later } from '../../common/clock/later';
import { DUPLICATE_KEY, isDuplicateKey } from '../../common/errors/duplicate-key';
import { TokenUse, tokenUseId } from './token-use.schema';

/** How often a use of one token is written, over all processes; so exact is `lastUsedAt` (contract §6). */
export const USE_INTERVAL_MS = 5 * 60 * 1000;
/** A token that is not used for so long counts as never used. */
const KEPT_MS = 400 * 24 * 60 * 60 * 1000;

export interface UsedToken {
  hashedToken: string;
  at: Date;
}

@Injectable()
export class TokenUsesRepository {
  constructor(@InjectModel(TokenUse.name) private readonly uses: Model<TokenUse>) {}

  /** Notes each use, unless one of the same token was noted less than five minutes before it. One command. */
  async note(uses: readonly UsedToken[]): Promise<void> {
    try {
      await this.uses.bulkWrite(
        uses.map(({ hashedToken, at }) => ({
          updateOne: {
            filter: {
              _id: tokenUseId(hashedToken),
              lastUsedAt: { $not: { $gt: later(at, -USE_INTERVAL_MS) } },
            },
            update: { $set: { lastUsedAt: at, expiresAt: later(at, KEPT_MS) } },
            upsert: true,
          },
        })),
        { ordered: false, throwOnValidationError: true },
      );
    } catch (error) {
      if (!isAllNoted(error)) throw error;
    }
  }

  /** By token hash; tokens of which no use is known are missing. One read by `_id`. */
  async findLast(hashedTokens: readonly string[]): Promise<Map<string, Date>> {
    if (hashedTokens.length === 0) return new Map();
    const ids = new Map(hashedTokens.map((hash) => [tokenUseId(hash), hash]));
    const uses = await this.uses.find({ _id: { $in: [...ids.keys()] } }).lean<TokenUse[]>();
    return new Map(uses.map(({ _id, lastUsedAt }) => [ids.get(_id) ?? '', lastUsedAt]));
  }
}

/** Whether every refused upsert found a document that is recent enough, here or by a parallel write. */
function isAllNoted(error: unknown): boolean {
  if (!(error instanceof mongo.MongoBulkWriteError) || !isDuplicateKey(error)) return false;
  const isRefused = [error.writeErrors].flat().every(({ code }) => code === DUPLICATE_KEY);
  return isRefused && !error.result.getWriteConcernError();
}
