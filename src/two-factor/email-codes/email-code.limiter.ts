import { createHash } from 'node:crypto';
import { Injectable, OnModuleInit } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Model } from 'mongoose';
import { upsertIf } from '../../database/conditional-upsert';
import { SentCodes } from './sent-codes.schema';

const MINUTE_MS = 60 * 1000;
const WINDOW_MS = 15 * MINUTE_MS;
/** How long a record outlives its last use: longer than the window, with room for clocks that differ. */
const KEEP_MS = 2 * WINDOW_MS;

/** So many mails, and no more, within a time that slides along. */
interface Limit {
  mails: number;
  withinMs: number;
}

/** Who has proved something and must show a code: mails since the last one that was used. */
export const CHALLENGES: Limit[] = [{ mails: 10, withinMs: WINDOW_MS }];
/** Who only names a user. These count among the same mails, and leave half of them to the user. */
export const RESENDINGS: Limit[] = [
  { mails: 1, withinMs: MINUTE_MS },
  { mails: 5, withinMs: WINDOW_MS },
];
/** Who names users from one address, existing ones or not. */
export const REQUESTS_OF_ADDRESS: Limit[] = [{ mails: 10, withinMs: WINDOW_MS }];

const LONGEST_LIST = 10;

/** Whose mails are counted together. */
export type MailCounter = { userId: string } | { address: string };

/** Limits how many codes are sent, across processes (docs/adr/0015). */
@Injectable()
export class EmailCodeLimiter implements OnModuleInit {
  constructor(@InjectModel(SentCodes.name) private readonly mails: Model<SentCodes>) {}

  /** The collection is our own, so its index may be made unasked. */
  async onModuleInit(): Promise<void> {
    await this.mails.createIndexes();
  }

  /**
   * Counts a mail that is about to be sent. One atomic statement.
   * @returns false when it would be one too many; then it does not count
   */
  async tryConsume(counter: MailCounter, limits: Limit[], now: Date): Promise<boolean> {
    // The mail that is as far back as the limit goes must lie outside of its time, or there must be none.
    const conditions = limits.map(({ mails, withinMs }) => ({
      [`sentAt.${mails - 1}`]: { $not: { $gt: before(now, withinMs) } },
    }));
    return upsertIf(
      this.mails,
      { _id: keyOf(counter), $and: conditions },
      {
        $push: { sentAt: { $each: [now], $position: 0, $slice: LONGEST_LIST } },
        $set: { expiresAt: new Date(now.getTime() + KEEP_MS) },
      },
    );
  }

  /** Whether `take` would refuse at present. One read: it counts nothing. */
  async isExhausted(counter: MailCounter, limits: Limit[], now: Date): Promise<boolean> {
    const reached = limits.map(({ mails, withinMs }) => ({
      [`sentAt.${mails - 1}`]: { $gt: before(now, withinMs) },
    }));
    return (await this.mails.exists({ _id: keyOf(counter), $or: reached })) !== null;
  }

  /** A mail that was counted at `at` has not been sent. */
  async refund(counter: MailCounter, at: Date): Promise<void> {
    await this.mails.updateOne({ _id: keyOf(counter) }, { $pull: { sentAt: at } });
  }

  /** Whoever shows a code that was sent has read the mail: what has been sent to them is no nuisance. */
  async reset(counter: MailCounter): Promise<void> {
    await this.mails.updateOne({ _id: keyOf(counter) }, { $set: { sentAt: [] } });
  }

  /** In how many seconds, at the latest, a challenge may send again. */
  async secondsToWait(userId: string, now: Date): Promise<number> {
    const record = await this.mails.findOne({ _id: keyOf({ userId }) }).lean();
    const oldest = record?.sentAt.at(-1) ?? now;
    return Math.max(1, Math.ceil((oldest.getTime() + WINDOW_MS - now.getTime()) / 1000));
  }
}

function before(now: Date, ms: number): Date {
  return new Date(now.getTime() - ms);
}

function keyOf(counter: MailCounter): string {
  return createHash('sha256').update(JSON.stringify(counter)).digest('base64');
}
