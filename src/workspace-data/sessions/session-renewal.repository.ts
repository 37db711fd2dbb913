import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Model, mongo } from 'mongoose';
import { isDuplicateKey } from '../../common/errors/duplicate-key';
import { NOT_STAMPED } from './live-session';
import { Login, newSessionDocument, usedAt } from './session-document';
import { Session } from './session.schema';

const DAY_MS = 24 * 60 * 60 * 1000;

/** The statements that keep the session document of a login visible while its token works (docs/adr/0018). */
@Injectable()
export class SessionRenewalRepository {
  constructor(@InjectModel(Session.name) private readonly sessions: Model<Session>) {}

  /**
   * Renews the newest document of the login that may be renewed. One atomic statement.
   * @returns false when there is none: another process has renewed it today, the workspace maintains it, or it has been
   * removed or stamped
   */
  async renewNewest(login: Login, now: Date): Promise<boolean> {
    const yesterday = new Date(now.getTime() - DAY_MS);
    const dayBefore = new Date(now.getTime() - 2 * DAY_MS);
    const renewed = await this.sessions.collection.findOneAndUpdate(
      {
        ...listed(login),
        lastActivityAt: { $not: { $gt: yesterday } },
        // That of a socket which is open in Rocket.Chat is its own: it goes by the missing time, and copies it each night.
        $or: [
          { closedAt: { $exists: true } },
          { _computedAt: { $exists: true } },
          { createdAt: { $not: { $gt: dayBefore } } },
        ],
      },
      { $set: usedAt(now), $unset: { _computedAt: '' } },
      { sort: { loginAt: -1 }, projection: { _id: 1 } },
    );
    return renewed !== null;
  }

  /** Whether a document of the login is listed. */
  async isListed(login: Login): Promise<boolean> {
    const found = await this.sessions.collection.findOne(listed(login), { projection: { _id: 1 } });
    return found !== null;
  }

  /** Creates the document of a login whose last one has been removed. Of several processes, one does so. */
  async recreate(login: Login, now: Date): Promise<void> {
    try {
      await this.sessions.collection.updateOne(
        { _id: idOfTheDay(login, now) } as never,
        { $setOnInsert: newSessionDocument(login, now) },
        { upsert: true },
      );
    } catch (error) {
      // Another process was a moment faster.
      if (!isDuplicateKey(error)) throw error;
    }
  }
}

/** The documents of a login that are listed. */
function listed({ userId, hashedToken }: Login): mongo.Filter<mongo.Document> {
  return { loginToken: hashedToken, userId, sessionId: { $gt: '' }, ...NOT_STAMPED };
}

/**
 * The same in every process, so that only one of them creates the document. It is shown to the owner, and tells nothing
 * of the token: it is a hash of the token's hash.
 */
function idOfTheDay({ userId, hashedToken }: Login, now: Date): string {
  const day = now.toISOString().slice(0, 'yyyy-mm-dd'.length);
  const text = JSON.stringify(['renewed record', userId, hashedToken, day]);
  return createHash('sha256').update(text).digest('base64url').slice(0, 17);
}
