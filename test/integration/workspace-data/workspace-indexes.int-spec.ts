import { mongo } from 'mongoose';
import { WORKSPACE_INDEXES } from '../../../src/workspace-data/workspace-indexes';
import { openTestDatabase } from '../../support/database';

describe('indexes of a workspace', () => {
  let workspace: mongo.Db;

  /** @returns the stage at which a find reads the collection, and the index that it uses */
  const planOf = async (collection: string, filter: mongo.Document): Promise<string> => {
    const found = workspace.collection(collection).find(filter);
    const explained = JSON.stringify(await found.explain('queryPlanner'));
    const [, indexName = 'IDHACK'] = /"indexName":"([^"]+)"/.exec(explained) ?? [];
    return explained.includes('COLLSCAN') ? 'COLLSCAN' : `IXSCAN ${indexName}`;
  };

  beforeAll(async () => {
    workspace = (await openTestDatabase()).db;
    for (const [collection, indexes] of Object.entries(WORKSPACE_INDEXES)) {
      await workspace.collection(collection).createIndexes(indexes);
    }
    await workspace.collection('users').insertOne({ username: 'a' });
    await workspace.collection('rocketchat_sessions').insertOne({ sessionId: 's' });
  });

  it.each<[string, string, mongo.Document, string | RegExp]>([
    [
      'the owner of a token',
      'users',
      { 'services.resume.loginTokens.hashedToken': 'h' },
      'IXSCAN services.resume.loginTokens.hashedToken_1',
    ],
    ['a profile', 'users', { _id: 'u' }, /^IXSCAN (IDHACK|_id_)$/],
    [
      'a token of a user',
      'users',
      { _id: 'u', 'services.resume.loginTokens.hashedToken': 'h' },
      /^IXSCAN /,
    ],
    [
      'a session',
      'rocketchat_sessions',
      { sessionId: 's' },
      'IXSCAN sessionId_1_instanceId_1_year_1_month_1_day_1',
    ],
    [
      "a user's own session",
      'rocketchat_sessions',
      { userId: 'u', sessionId: 's' },
      'IXSCAN userId_1_sessionId_1',
    ],
    [
      'the sessions of a token',
      'rocketchat_sessions',
      { loginToken: 'h', logoutAt: null },
      /^IXSCAN loginToken_1_/,
    ],
  ])('finds %s without a collection scan', async (_what, collection, filter, plan) => {
    const found = await planOf(collection, filter);
    if (typeof plan === 'string') expect(found).toBe(plan);
    else expect(found).toMatch(plan);
  });
});
