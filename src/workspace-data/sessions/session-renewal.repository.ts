import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Model, mongo } from 'mongoose';
import { isDuplicateKey } from '../../common/errors/duplicate-key';
import { NOT_STAMPED } from './live-session';
import { Login, newSessionDocument, usedAt } from './session-document';
import { SessionWrites } from './session-writes';
import { Session } from './session.schema';

const DAY_MS = 24 * 60 * 60 * 1000;

/** Keeps a login's session document visible as long as its token works (docs/adr/0018). */
@Injectable()
export class SessionRenewalRepository {
  constructor(
    @InjectModel(Session.name) private readonly sessions: Model<Session>,
    private readonly writes: SessionWrites,
  ) {}

  /**
   * Renews the newest document of the login, atomically. It changes nothing that a list shows.
   * @returns false when no document may be renewed at present
   */
  async renewNewest(login: Login, now: Date): Promise<boolean> {
    const yesterday = new Date(now.getTime() - DAY_MS);
    const dayBefore = new Date(now.getTime() - 2 * DAY_MS);
    const renewed = await this.sessions.collection.findOneAndUpdate(
      {
        ...listed(login),
        lastActivityAt: { $not: { $gt: yesterday } },
        // Rocket.Chat maintains the document of an open socket itself; it recognises one by the missing `closedAt`.
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

  async isListed(login: Login): Promise<boolean> {
    const found = await this.sessions.collection.findOne(listed(login), { projection: { _id: 1 } });
    return found !== null;
  }

  async recreate(login: Login, now: Date): Promise<void> {
    try {
      await this.sessions.collection.updateOne(
        { _id: idOfTheDay(login, now) } as never,
        { $setOnInsert: newSessionDocument(login, now) },
        { upsert: true },
      );
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
    }
    await this.writes.report({ logins: [{ token: login.hashedToken, owner: login.userId }] });
  }
}

function listed({ userId, hashedToken }: Login): mongo.Filter<mongo.Document> {
  return { loginToken: hashedToken, userId, sessionId: { $gt: '' }, ...NOT_STAMPED };
}

/** Equal in every process, so that only one creates the document. Hashes the token's hash: the owner sees this id. */
function idOfTheDay({ userId, hashedToken }: Login, now: Date): string {
  const day = now.toISOString().slice(0, 'yyyy-mm-dd'.length);
  const text = JSON.stringify(['renewed record', userId, hashedToken, day]);
  return createHash('sha256').update(text).digest('base64url').slice(0, 17);
}
