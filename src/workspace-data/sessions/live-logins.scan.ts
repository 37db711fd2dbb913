import { mongo } from 'mongoose';
import { SESSIONS_COLLECTION } from '../collections';
import { EACH_LOGIN } from './live-logins.pipeline';
import { LIVE } from './live-session';
import { LoginKey } from './session-writes';
import { isText } from './stored-session';

/**
 * Every live login once, in any order, without holding them in this process. Reads the whole collection: may take
 * minutes, so it needs a connection that may.
 */
export async function* scanLiveLogins(db: mongo.Db, batchSize: number): AsyncGenerator<LoginKey> {
  const cursor = db
    .collection(SESSIONS_COLLECTION)
    .aggregate<{ _id: LoginKey }>([{ $match: LIVE }, EACH_LOGIN], {
      allowDiskUse: true,
      batchSize,
    });
  for await (const { _id } of cursor) {
    if (isText(_id.token)) yield { token: _id.token, owner: _id.owner };
  }
}
