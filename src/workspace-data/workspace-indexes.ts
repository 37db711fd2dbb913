import { mongo } from 'mongoose';
import { SESSIONS_COLLECTION, USERS_COLLECTION } from './collections';

/** The indexes that a workspace comes with, by collection (contract §2). They must suffice for every query. */
export const WORKSPACE_INDEXES: Record<string, mongo.IndexDescription[]> = {
  [SESSIONS_COLLECTION]: [
    { key: { createdAt: -1 } },
    { key: { loginAt: -1 } },
    { key: { searchTerm: 1 }, partialFilterExpression: { searchTerm: { $exists: true } } },
    { key: { ip: 1, loginAt: -1 } },
    { key: { userId: 1, sessionId: 1 } },
    { key: { type: 1, year: 1, month: 1, day: 1 } },
    { key: { sessionId: 1, instanceId: 1, year: 1, month: 1, day: 1 } },
    { key: { _computedAt: 1 }, expireAfterSeconds: 45 * 24 * 60 * 60 },
    {
      key: {
        loginToken: 1,
        logoutAt: 1,
        userId: 1,
        'device.name': 1,
        'device.os.name': 1,
        loginAt: -1,
      },
      partialFilterExpression: { loginToken: { $exists: true } },
    },
  ],
  [USERS_COLLECTION]: [
    { key: { username: 1 }, unique: true },
    { key: { 'emails.address': 1 }, unique: true, sparse: true },
    { key: { 'services.resume.loginTokens.hashedToken': 1 }, unique: true, sparse: true },
  ],
};
