import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Model, mongo } from 'mongoose';
import { EACH_LOGIN } from './live-logins.pipeline';
import { anyOf, LIVE } from './live-session';
import { LoginKey } from './session-writes';
import { Session } from './session.schema';
import { isText } from './stored-session';

/** Finds live logins without reading what they show. */
@Injectable()
export class LoginKeysRepository {
  constructor(@InjectModel(Session.name) private readonly sessions: Model<Session>) {}

  /** The live logins that an open document with one of these ids belongs to. One indexed read. */
  async findLoginsOf(sessionIds: readonly string[], maxTimeMS: number): Promise<LoginKey[]> {
    // A document without an id belongs to no session (contract §1).
    const ids = sessionIds.filter((id) => id !== '');
    return this.findLogins({ ...LIVE, sessionId: { $in: ids } }, maxTimeMS);
  }

  /**
   * The live logins that have been seen again after a moment, and were there before: a client that reconnects gets another
   * document. Two indexed reads, or one if there are none.
   * @returns undefined if more than `limit` have been seen since
   */
  async findResumed(
    moment: Date,
    limit: number,
    maxTimeMS: number,
  ): Promise<LoginKey[] | undefined> {
    const seen = { ...LIVE, loginAt: { $gt: moment } };
    const late = await this.findLogins(seen, maxTimeMS, limit + 1);
    if (late.length > limit) return undefined;
    if (late.length === 0) return [];
    return this.findBegun(moment, [...new Set(late.map(({ token }) => token))], maxTimeMS);
  }

  /** The live logins of these tokens that were there at a moment. One read by the index of tokens. */
  async findBegun(moment: Date, tokens: readonly string[], maxTimeMS: number): Promise<LoginKey[]> {
    // What has no date began at an unknown time: before, as far as anybody knows.
    const before = { loginAt: { $not: { $gt: moment } }, loginToken: anyOf(tokens) };
    return this.findLogins({ ...LIVE, ...before }, maxTimeMS);
  }

  private async findLogins(
    match: mongo.Filter<mongo.Document>,
    maxTimeMS: number,
    limit?: number,
  ): Promise<LoginKey[]> {
    const found = await this.sessions.collection
      .aggregate<{ _id: LoginKey }>(
        [{ $match: match }, EACH_LOGIN, ...(limit === undefined ? [] : [{ $limit: limit }])],
        { maxTimeMS },
      )
      .toArray();
    // A list in place of the token matches by its elements; it is no session.
    return found.map(({ _id }) => _id).filter(({ token }) => isText(token));
  }
}
