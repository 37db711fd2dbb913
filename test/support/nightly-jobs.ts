import { mongo } from 'mongoose';

const DAY_MS = 24 * 60 * 60 * 1000;
const KEPT_MS = 45 * DAY_MS;

interface SessionDocument {
  _id: unknown;
  type?: string;
  year?: number;
  month?: number;
  day?: number;
}

/**
 * What Rocket.Chat does to session documents each night, as far as it decides how long they last: it copies those of
 * open sockets into the new day, aggregates those of the last three days, and its TTL index removes documents 45 days
 * after their aggregation. (The test clock runs ahead, so the index itself does nothing.)
 */
export async function runNightlyJobs(db: mongo.Db, now: Date): Promise<void> {
  const sessions = db.collection<SessionDocument>('rocketchat_sessions');
  const yesterday = { ...dateOf(new Date(now.getTime() - DAY_MS)), type: 'session' };
  const isOpen = { closedAt: { $exists: false }, lastActivityAt: { $exists: false } };
  for (const { _id, ...open } of await sessions.find({ ...yesterday, ...isOpen }).toArray()) {
    const copy = { ...open, ...dateOf(now), createdAt: now };
    await sessions.insertOne({ _id: `${String(_id)}+`, ...copy });
  }
  await sessions.updateMany({ ...yesterday, ...isOpen }, { $set: { lastActivityAt: now } });
  const days = [0, 1, 2, 3].map((ago) => dateOf(new Date(now.getTime() - ago * DAY_MS)));
  await sessions.updateMany(
    { type: 'session', $or: days },
    { $set: { type: 'computed-session', _computedAt: now } },
  );
  await sessions.deleteMany({ _computedAt: { $lt: new Date(now.getTime() - KEPT_MS) } });
}

function dateOf(at: Date): { year: number; month: number; day: number } {
  return { year: at.getUTCFullYear(), month: at.getUTCMonth() + 1, day: at.getUTCDate() };
}
