// A workspace of any size: five documents a login token, every seventh token logged out.
import { createHash, randomBytes } from 'node:crypto';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import mongoose from 'mongoose';
import { generateSecret } from 'otplib';

const require = createRequire(import.meta.url);
const { WORKSPACE_INDEXES } = require('../dist/workspace/workspace-indexes.js');
const { totpCode } = require('../dist/two-factor/totp.js');

const DOCUMENTS_PER_TOKEN = 5;
const BATCH = 5000;
const DEVICES = [
  {
    type: 'browser',
    name: 'Chrome',
    longVersion: '113.0.0.0',
    os: { name: 'Windows', version: '10' },
    version: '113.0.0',
  },
  {
    type: 'browser',
    name: 'Firefox',
    longVersion: '115.0',
    os: { name: 'Linux', version: '' },
    version: '115.0',
  },
  {
    type: 'mobile-app',
    name: 'RC Mobile',
    longVersion: '4.38.0 1234',
    os: { name: 'iOS', version: '16.4' },
    version: '4.38.0',
  },
  {
    type: 'desktop-app',
    name: 'Rocket.Chat',
    longVersion: '3.9.0',
    os: { name: 'Mac OS', version: '13.4' },
    version: '3.9.0',
  },
];

const hash = (token) => createHash('sha256').update(token).digest('base64');
const newId = () => randomBytes(13).toString('base64url').slice(0, 17);

/** A fresh database on the server that MONGODB_URI names, or on the embedded engine. */
export async function openDatabase() {
  const server = process.env.MONGODB_URI;
  const embedded = server ? undefined : await startEmbedded();
  const url = new URL(server ?? embedded.uri);
  url.pathname = `/bench_${randomBytes(4).toString('hex')}`;
  const client = await new mongoose.mongo.MongoClient(url.toString()).connect();
  const db = client.db();
  return {
    uri: url.toString(),
    kind: server ? 'MONGODB_URI' : 'embedded database',
    db,
    close: async () => {
      await db.dropDatabase();
      await client.close();
      embedded?.process.kill();
    },
  };
}

/** The embedded engine in a process of its own, so that its work is not counted as the load's. */
async function startEmbedded() {
  const process = fork(fileURLToPath(new URL('./embedded-server.mjs', import.meta.url)));
  const [uri] = await once(process, 'message');
  return { uri, process };
}

/** @returns an administrator with TOTP, one with a bypassing token, and the ids of some live sessions */
export async function seed(db, documents) {
  for (const [collection, indexes] of Object.entries(WORKSPACE_INDEXES)) {
    await db.collection(collection).createIndexes(indexes);
  }
  await db
    .collection('rocketchat_permissions')
    .insertOne({ _id: 'view-device-management', roles: ['admin'] });

  const users = Array.from({ length: Math.max(100, documents / 100) }, (_, i) =>
    user(`user-${i}`, ['user']),
  );
  const [admin, bypassing] = [user('admin', ['admin']), user('script', ['admin'])];
  const secret = generateSecret();
  admin.document.services.totp = { enabled: true, secret };
  Object.assign(bypassing.document.services.resume.loginTokens[0], {
    type: 'personalAccessToken',
    bypassTwoFactor: true,
  });
  for (let i = 0; i < users.length; i += BATCH) {
    await db
      .collection('users')
      .insertMany(users.slice(i, i + BATCH).map(({ document }) => document));
  }
  await db.collection('users').insertMany([admin.document, bypassing.document]);

  const sessionIds = await seedSessions(
    db,
    documents,
    users.map(({ document }) => document._id),
  );
  // Some engines plan by statistics that a bulk load leaves behind.
  for (const name of ['rocketchat_sessions', 'users'])
    await db.command({ planCacheClear: name }).catch(() => undefined);
  return {
    sessionIds,
    bypassing,
    admin: {
      headersWithCode: () => ({ ...admin.headers, 'x-2fa-code': totpCode(secret, new Date()) }),
    },
  };
}

function user(username, roles) {
  const token = randomBytes(32).toString('base64url');
  const _id = newId();
  return {
    headers: { 'x-user-id': _id, 'x-auth-token': token },
    document: {
      _id,
      username,
      name: username,
      active: true,
      roles,
      emails: [{ address: `${username}@example.com`, verified: true }],
      createdAt: new Date(),
      services: { resume: { loginTokens: [{ when: new Date(), hashedToken: hash(token) }] } },
    },
  };
}

async function seedSessions(db, documents, userIds) {
  const sessions = db.collection('rocketchat_sessions');
  const live = [];
  let batch = [];
  for (let i = 0; i < documents; i++) {
    const token = Math.floor(i / DOCUMENTS_PER_TOKEN);
    const loginAt = new Date(Date.now() - (documents - i) * 500);
    const ended = token % 7 === 0;
    const sessionId = newId();
    batch.push({
      _id: newId(),
      type: 'session',
      sessionId,
      instanceId: 'bench',
      userId: userIds[token % userIds.length],
      loginToken: hash(String(token)),
      ip: `10.${(token >> 16) & 255}.${(token >> 8) & 255}.${token & 255}`,
      host: 'chat.example.com',
      device: DEVICES[token % DEVICES.length],
      roles: ['user'],
      mostImportantRole: 'user',
      loginAt,
      year: loginAt.getUTCFullYear(),
      month: loginAt.getUTCMonth() + 1,
      day: loginAt.getUTCDate(),
      searchTerm: `${DEVICES[token % DEVICES.length].name}${sessionId}`,
      createdAt: loginAt,
      _updatedAt: loginAt,
      ...(ended && { logoutAt: loginAt }),
    });
    if (!ended && live.length < 10_000) live.push(sessionId);
    if (batch.length === BATCH || i === documents - 1) {
      await sessions.insertMany(batch, { ordered: false });
      batch = [];
    }
  }
  return live;
}
