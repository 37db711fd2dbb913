// A workspace of any size: five documents per login token, every seventh token logged out.
import { createRequire } from 'node:module';
import { generateSecret } from 'otplib';
import { hashToken, newId, userDocument, userWithToken } from './people.mjs';

const require = createRequire(import.meta.url);
const {
  ADMIN_ROLE,
  PERMISSIONS,
  ROLES,
} = require('../dist/workspace-data/permissions/roles-and-permissions.js');
const { WORKSPACE_INDEXES } = require('../dist/workspace-data/workspace-indexes.js');
const { totpCode } = require('../dist/two-factor/methods/totp.js');

const DOCUMENTS_PER_TOKEN = 5;
const TOKENS_PER_USER = 20;
const FEWEST_USERS = 100;
const BATCH = 5000;
/** How many ids of live sessions are returned. */
const SAMPLE = 10_000;
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

/** A personal access token that passes without a second factor. */
const BYPASSING = {
  type: 'personalAccessToken',
  createdAt: new Date(),
  lastTokenPart: '',
  name: 'script',
  bypassTwoFactor: true,
};

const hashOf = (token) => hashToken(String(token));
const isEnded = (token) => token % 7 === 0;

/**
 * @param documents number of session documents
 * @param progress called now and then with the number written
 * @returns an administrator with TOTP, one with a bypassing token, the number of live logins, and some of their ids
 */
export async function seed(db, documents, progress = () => undefined) {
  for (const [collection, indexes] of Object.entries(WORKSPACE_INDEXES)) {
    await db.collection(collection).createIndexes(indexes);
  }
  await db.collection('rocketchat_roles').insertMany([ADMIN_ROLE, ...ROLES]);
  await db.collection('rocketchat_permissions').insertMany(PERMISSIONS);

  const administrators = await seedAdministrators(db);
  const tokens = Math.ceil(documents / DOCUMENTS_PER_TOKEN);
  const userIds = await seedUsers(db, tokens);
  const sessionIds = await seedSessions(db, documents, userIds, progress);
  // Some engines plan by statistics that a bulk load leaves stale.
  for (const name of ['rocketchat_sessions', 'users'])
    await db.command({ planCacheClear: name }).catch(() => undefined);
  return { ...administrators, liveLogins: tokens - Math.ceil(tokens / 7), sessionIds };
}

/** @returns an administrator with a bypassing token */
export async function addAdministrator(db) {
  const bypassing = userWithToken(`script-${newId()}`, ['admin'], BYPASSING);
  await db.collection('users').insertOne(bypassing.document);
  return { headers: bypassing.headers };
}

async function seedAdministrators(db) {
  const admin = userWithToken('admin', ['admin']);
  const secret = generateSecret();
  admin.document.services.totp = { enabled: true, secret };
  const bypassing = userWithToken('script', ['admin'], BYPASSING);
  await db.collection('users').insertMany([admin.document, bypassing.document]);
  return {
    bypassing: { headers: bypassing.headers },
    admin: {
      headers: admin.headers,
      secret,
      headersWithCode: () => ({ ...admin.headers, 'x-2fa-code': totpCode(secret, new Date()) }),
    },
  };
}

/** Each user has the tokens of their live logins. */
async function seedUsers(db, tokens) {
  const total = Math.max(FEWEST_USERS, Math.ceil(tokens / TOKENS_PER_USER));
  const users = Array.from({ length: total }, (_, number) => {
    const live = [];
    for (let token = number; token < tokens; token += total) {
      if (!isEnded(token)) live.push(hashOf(token));
    }
    return userDocument(`user-${number}`, ['user'], live);
  });
  for (let i = 0; i < users.length; i += BATCH) {
    await db.collection('users').insertMany(users.slice(i, i + BATCH));
  }
  return users.map(({ _id }) => _id);
}

async function seedSessions(db, documents, userIds, progress) {
  const now = Date.now();
  const live = [];
  for (let start = 0; start < documents; start += BATCH) {
    const batch = Array.from({ length: Math.min(BATCH, documents - start) }, (_, i) =>
      sessionDocument(start + i, new Date(now - (documents - start - i) * 500), userIds),
    );
    await db.collection('rocketchat_sessions').insertMany(batch, { ordered: false });
    const fresh = batch.filter(({ logoutAt }) => logoutAt === undefined);
    live.push(...fresh.slice(0, SAMPLE - live.length).map(({ sessionId }) => sessionId));
    progress(start + batch.length);
  }
  return live;
}

function sessionDocument(number, loginAt, userIds) {
  const token = Math.floor(number / DOCUMENTS_PER_TOKEN);
  const device = DEVICES[token % DEVICES.length];
  const sessionId = newId();
  const userId = userIds[token % userIds.length];
  return {
    _id: newId(),
    type: 'session',
    sessionId,
    instanceId: 'bench',
    userId,
    loginToken: hashOf(token),
    ip: `10.${(token >> 16) & 255}.${(token >> 8) & 255}.${token & 255}`,
    host: 'chat.example.com',
    device,
    roles: ['user'],
    mostImportantRole: 'user',
    loginAt,
    year: loginAt.getUTCFullYear(),
    month: loginAt.getUTCMonth() + 1,
    day: loginAt.getUTCDate(),
    searchTerm: [device.name, device.type, device.os.name, sessionId, userId].join(''),
    createdAt: loginAt,
    _updatedAt: loginAt,
    ...(isEnded(token) && { logoutAt: loginAt }),
  };
}
