import { Injectable, OnModuleInit } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Model, QueryFilter } from 'mongoose';
import { Clock } from '../common/clock/clock';
import { isDuplicateKey } from '../common/errors/duplicate-key';
import { randomId } from '../common/crypto/random-id';
import { UsersRepository } from '../workspace-data/users/users.repository';
import { SessionEnding, sessionEndingId } from './session-ending.schema';
import { Login, newSessionDocument } from '../workspace-data/sessions/session-document';
import { Session } from '../workspace-data/sessions/session.schema';

/** For how long the first who ended a login is remembered: far longer than any request takes. */
const KEEP_ENDING_MS = 60_000;

/** Records without the id of a user. What is stored was written by other programs: it may be anything. */
const NAMES_NOBODY: QueryFilter<Session> = { userId: { $not: { $gt: '' } } };

/** Keeps the records of logins: one is made at each login, and all of a login's are stamped when it ends. */
@Injectable()
export class SessionLifecycle implements OnModuleInit {
  constructor(
    @InjectModel(Session.name) private readonly sessions: Model<Session>,
    @InjectModel(SessionEnding.name) private readonly endedLogins: Model<SessionEnding>,
    private readonly users: UsersRepository,
    private readonly clock: Clock,
  ) {}

  /** The collection is our own, so its index may be made unasked. */
  async onModuleInit(): Promise<void> {
    await this.endedLogins.createIndexes();
  }

  /**
   * Makes the record of a login, so that it can be seen and ended. To be called before the token is stored: a record
   * whose token never came to be does no harm, a token without a record could not be seen.
   */
  async open(login: Login): Promise<void> {
    const record = newSessionDocument(login, this.clock.now());
    await this.sessions.collection.insertOne({ _id: randomId(), ...record } as never);
  }

  /**
   * Ends a login: its token stops working, then its records are stamped. In this order, so that a crash in between
   * never leaves a usable token behind a record that says "logged out". Harmless when repeated; when several end the
   * same login at once, the first one's name stands.
   *
   * Only the owner is touched (contract §3): records of one user that carry the hash of another user's token occur, and
   * ending them ends nothing of that other user.
   * @param owner the id of the user whose login it is; undefined when a record names none: it belongs to whoever holds
   * the token
   * @param endedBy the id of the user who ends it
   */
  async revoke(owner: string | undefined, hashedToken: string, endedBy: string): Promise<void> {
    const ending = await this.firstEnding(owner, hashedToken, endedBy);
    const userId = await this.removeToken(owner, hashedToken);
    await this.sessions.updateMany(
      { loginToken: hashedToken, logoutAt: null, ...userId },
      {
        $set: {
          logoutAt: ending.endedAt,
          logoutBy: ending.endedBy,
          _updatedAt: ending.endedAt,
        },
      },
    );
  }

  /** The same for several logins of one user, side by side. */
  async revokeMany(owner: string, hashedTokens: readonly string[], endedBy: string): Promise<void> {
    await Promise.all(hashedTokens.map((hashedToken) => this.revoke(owner, hashedToken, endedBy)));
  }

  /** @returns whose records are to be stamped */
  private async removeToken(
    owner: string | undefined,
    hashedToken: string,
  ): Promise<QueryFilter<Session>> {
    if (owner !== undefined) {
      await this.users.removeLoginToken(owner, hashedToken);
      return { userId: owner };
    }
    const holder = await this.users.removeTokenOfAnybody(hashedToken);
    return holder === undefined ? NAMES_NOBODY : { $or: [{ userId: holder }, NAMES_NOBODY] };
  }

  /** The ending that counts: ours, or that of whoever was a moment faster. One atomic statement decides. */
  private async firstEnding(
    owner: string | undefined,
    hashedToken: string,
    endedBy: string,
  ): Promise<SessionEnding> {
    const endedAt = this.clock.now();
    const expiresAt = new Date(endedAt.getTime() + KEEP_ENDING_MS);
    const ask = (): Promise<SessionEnding> =>
      this.endedLogins
        .findOneAndUpdate(
          { _id: sessionEndingId(owner, hashedToken) },
          { $setOnInsert: { endedBy, endedAt, expiresAt } },
          { upsert: true, returnDocument: 'after' },
        )
        .lean()
        .orFail();
    // Two upserts of a document that does not exist yet: the one that loses finds it at the second attempt.
    return ask().catch((error: unknown) => {
      if (isDuplicateKey(error)) return ask();
      throw error;
    });
  }
}
