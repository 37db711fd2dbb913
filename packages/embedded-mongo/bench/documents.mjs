// Documents as a service may keep of its logins: some 600 bytes of 20 fields, with nine indexes.
import { randomBytes } from 'node:crypto';

const BATCH = 5000;
const DOCUMENTS_PER_TOKEN = 5;
const TOKENS_PER_USER = 20;
const DEVICES = ['Chrome', 'Firefox', 'Safari', 'Edge'].map((name, i) => ({
  type: 'browser',
  name,
  longVersion: `11${i}.0.0.0`,
  os: { name: 'Windows', version: `${i + 8}` },
  version: `11${i}.0.0`,
}));

export const INDEXES = [
  { key: { createdAt: -1 } },
  { key: { loginAt: -1 } },
  { key: { search: 1 }, partialFilterExpression: { search: { $exists: true } } },
  { key: { ip: 1, loginAt: -1 } },
  { key: { userId: 1, sessionId: 1 } },
  { key: { type: 1, year: 1, month: 1, day: 1 } },
  { key: { sessionId: 1, instanceId: 1, year: 1, month: 1, day: 1 } },
  { key: { expiresAt: 1 }, expireAfterSeconds: 45 * 24 * 60 * 60 },
  {
    key: { token: 1, endedAt: 1, userId: 1, 'device.name': 1, 'device.os.name': 1, loginAt: -1 },
    partialFilterExpression: { token: { $exists: true } },
  },
];

const newId = () => randomBytes(13).toString('base64url').slice(0, 17);

/** Fills a collection with so many documents, and makes its indexes. */
export async function seed(collection, documents) {
  await collection.createIndexes(INDEXES);
  for (let start = 0; start < documents; start += BATCH) {
    const batch = Array.from({ length: Math.min(BATCH, documents - start) }, (_, i) =>
      documentOf(start + i),
    );
    await collection.insertMany(batch, { ordered: false });
  }
}

function documentOf(number) {
  const token = Math.floor(number / DOCUMENTS_PER_TOKEN);
  const device = DEVICES[token % DEVICES.length];
  const loginAt = new Date(1_700_000_000_000 + number * 500);
  const sessionId = newId();
  const userId = `user-${Math.floor(token / TOKENS_PER_USER)}`;
  return {
    _id: newId(),
    type: 'session',
    sessionId,
    instanceId: 'bench',
    userId,
    token: Buffer.from(String(token).padStart(32, '0')).toString('base64'),
    ip: `10.${(token >> 16) & 255}.${(token >> 8) & 255}.${token & 255}`,
    host: 'www.example.com',
    device,
    roles: ['user'],
    mainRole: 'user',
    loginAt,
    year: loginAt.getUTCFullYear(),
    month: loginAt.getUTCMonth() + 1,
    day: loginAt.getUTCDate(),
    search: [device.name, device.type, device.os.name, sessionId, userId].join(''),
    createdAt: loginAt,
    changedAt: loginAt,
    ...(token % 7 === 0 && { endedAt: loginAt }),
  };
}
