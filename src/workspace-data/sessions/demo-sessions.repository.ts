import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Model } from 'mongoose';
import { NOT_STAMPED } from './live-session';
import { loginOf, NewSessionDocument } from './session-document';
import { SessionWrites } from './session-writes';
import { Session } from './session.schema';

/** Writes the session documents of the demo, and ends them. */
@Injectable()
export class DemoSessionsRepository {
  constructor(
    @InjectModel(Session.name) private readonly sessions: Model<Session>,
    private readonly writes: SessionWrites,
  ) {}

  async stampAllOf(userId: string, at: Date): Promise<void> {
    await this.sessions.collection.updateMany(
      { userId, loginToken: { $exists: true }, ...NOT_STAMPED },
      { $set: { logoutAt: at, logoutBy: userId } },
    );
    await this.writes.report({ owners: [userId] });
  }

  async findTokenOf(_id: string): Promise<string | undefined> {
    const found = await this.sessions.findOne({ _id }).select({ loginToken: 1 }).lean();
    return found?.loginToken;
  }

  async replace(_id: string, document: NewSessionDocument): Promise<void> {
    await this.sessions.collection.replaceOne({ _id } as never, document, { upsert: true });
    await this.writes.report({ logins: [loginOf(document)], documents: [_id] });
  }
}
