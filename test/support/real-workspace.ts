import { randomBytes } from 'node:crypto';
import { mongo } from 'mongoose';
import { hashLoginToken } from '../../src/auth/login-token';
import { newId, TestWorkspace } from './workspace';

const DAY_MS = 24 * 60 * 60 * 1000;
const HOUR_MS = DAY_MS / 24;

/** A present or former login token. */
export interface RealLogin {
  hashedToken: string;
  /** The headers of a request with it. */
  headers: Record<string, string>;
}

/** The owner of session documents: one of the kinds of users below. */
export interface RealPerson {
  id: string;
  logins: RealLogin[];
}

export interface RealWorkspace {
  /** An administrator whose personal access token bypasses the second factor and has no session. */
  watcher: RealPerson;
  /** Users of many kinds who can log in. */
  admin: RealPerson;
  member: RealPerson;
  withoutRoles: RealPerson;
  withoutUsername: RealPerson;
  /** Has only personal access tokens, one of which has been used on a connection. */
  bot: RealPerson;
  /** Still has its tokens, which are no longer valid. */
  deactivated: RealPerson;
  /** Has no user document, only sessions. */
  deleted: RealPerson;
}

interface Device {
  type: string;
  name: string;
  longVersion: string;
  os: { name: string; version?: string };
  version: string;
}

const DEVICES: Device[] = [
  {
    type: 'browser',
    name: 'Firefox',
    longVersion: '115.0',
    os: { name: 'Linux', version: '' },
    version: '115.0',
  },
  {
    type: 'browser',
    name: 'Chrome',
    longVersion: '120.0.6099.110',
    os: { name: 'Windows', version: '10' },
    version: '120.0.6099',
  },
  {
    type: 'mobile-app',
    name: 'RC Mobile',
    longVersion: '4.44.0 42',
    os: { name: 'iOS', version: '17.1' },
    version: '4.44.0',
  },
  {
    type: 'desktop-app',
    name: 'Rocket.Chat',
    longVersion: '3.9.11',
    os: { name: 'Mac OS' },
    version: '3.9.11',
  },
];

/** The device in the search term of a document without one. */
const UNKNOWN_DEVICE = { name: '', type: '', os: { name: '' } };

type Fields = Record<string, unknown>;

/**
 * Fills a workspace with what it gathers in some weeks. Times count back from `now`; all of them are recent enough for
 * the TTL index to keep the documents.
 */
export async function createRealWorkspace(
  { db }: TestWorkspace,
  now: Date,
): Promise<RealWorkspace> {
  const records = new Records(now);
  const people = {
    watcher: person(1),
    admin: person(3),
    member: person(40),
    withoutRoles: person(2),
    withoutUsername: person(4),
    bot: person(3),
    deactivated: person(2),
    deleted: person(5),
  };

  const users = [
    user(people.watcher, now, { username: 'watcher', roles: ['admin'] }, personalAccess(now)),
    user(people.admin, now, { username: 'rod', name: 'Rod', roles: ['user', 'admin', 'auditor'] }),
    user(people.member, now, {
      username: 'ann.lee',
      name: 'Ann Lee',
      roles: ['user', 'leader'],
      avatarETag: 'hXRBMGCSmbdjYvFdu',
      avatarOrigin: 'upload',
      status: 'away',
      statusConnection: 'online',
      utcOffset: 1,
      settings: { preferences: { language: 'de' } },
    }),
    user(people.withoutRoles, now, { username: 'no-roles', name: 'No Roles', roles: undefined }),
    user(people.withoutUsername, now, { name: 'Has Not Chosen', emails: undefined, roles: [] }),
    user(people.bot, now, { username: 'bot', type: 'bot', roles: ['bot'] }, personalAccess(now)),
    user(people.deactivated, now, { username: 'left', name: 'Has Left', active: false }),
  ];

  for (const { id, logins } of Object.values(people)) {
    for (const [n, { hashedToken }] of logins.entries()) {
      if (id === people.watcher.id || (id === people.bot.id && n > 0)) continue;
      records.addLogin(id, hashedToken, n);
    }
    records.addDailySummaries(id, 3);
    records.addWithoutToken(id);
  }
  records.addEndedLogins(people.member.id);
  records.addEndedLogins(people.deleted.id);

  await db.collection('users').insertMany(users);
  await db.collection('rocketchat_sessions').insertMany(records.documents);
  return people;
}

/** The session documents that Rocket.Chat leaves, one per connection and day. */
class Records {
  readonly documents: Fields[] = [];
  private readonly instanceIds = [newId(), newId()];

  constructor(private readonly now: Date) {}

  /** Adds the documents of one login; `n` decides on its history. */
  addLogin(userId: string, loginToken: string, n: number): void {
    const device = DEVICES[n % DEVICES.length];
    const login = { userId, loginToken, device, sessionId: newId(), ip: `192.0.2.${n}` };
    // Several logins share an hour, so that their order needs more than the time.
    const age = 10 - Math.floor(n / 4) * 0.5;
    const loginAt = this.ago(age);
    switch (n % 8) {
      case 0: // One connection for days: a document per day, all but the last computed.
        for (const days of [age, age - 1, age - 2]) {
          this.add(days, { ...login, loginAt, ...(days > age - 2 && this.computed(days - 1)) });
        }
        return;
      case 1: // Connections come and go, each with an id and an address of its own.
        this.add(age, { ...login, ...this.closed(age) });
        this.add(age - 1, { ...login, sessionId: newId(), ip: '198.51.100.1' });
        this.add(age - 0.5, { ...login, sessionId: newId(), ip: '198.51.100.2' });
        return;
      case 2: // The newest connection has been closed; the login goes on.
        this.add(age + 1, { ...login, sessionId: newId(), ...this.computed(age) });
        this.add(age, { ...login, ...this.closed(age) });
        return;
      case 3: // Newer documents with no id and with an empty one.
        this.add(age, { ...login, device: undefined });
        this.add(age - 1, { ...login, sessionId: undefined });
        this.add(age - 0.5, { ...login, sessionId: '' });
        return;
      case 4: // Continued on the next day, without the time of the login.
        this.add(age, { ...login, loginAt });
        this.add(age - 1, { ...login, loginAt: undefined });
        return;
      case 5: // One of its connections has logged out; its document is the newest.
        this.add(age, { ...login, host: undefined });
        this.add(age - 1, { ...login, sessionId: newId(), ...this.loggedOut(age - 1, userId) });
        return;
      case 6: // Neither the time of the login nor the host is stored.
        this.add(age, { ...login, loginAt: undefined, host: undefined });
        return;
      default: // A single document, with null where others lack the field.
        this.add(age, { ...login, logoutAt: null, searchTerm: undefined });
    }
  }

  /** Adds ended logins: all of their documents are stamped. */
  addEndedLogins(userId: string): void {
    for (const age of [20, 12, 2]) {
      const login = { userId, loginToken: hashLoginToken(newId()), device: DEVICES[0] };
      for (const days of [age, age - 0.5]) {
        const over = this.loggedOut(days - 0.1, days < 3 ? 'somebodyElse' : userId);
        this.add(days, { ...login, ...over, ...this.closed(days) });
      }
    }
  }

  /** Adds connections whose login Rocket.Chat did not know. */
  addWithoutToken(userId: string): void {
    this.add(1, { userId, loginToken: undefined, device: DEVICES[1] });
    this.add(2, { userId, loginToken: '', device: undefined });
    this.add(3, { userId, loginToken: null, sessionId: undefined, ...this.computed(2) });
  }

  /** Adds the summaries that Rocket.Chat computes each day. */
  addDailySummaries(userId: string, days: number): void {
    for (let age = 1; age <= days; age++) {
      const { year, month, day } = dateOf(this.ago(age));
      this.documents.push({
        _id: `${userId}-${year}-${month}-${day}`,
        type: 'user_daily',
        userId,
        year,
        month,
        day,
        mostImportantRole: 'user',
        sessions: 2,
        time: 5400,
        devices: DEVICES.slice(0, 2).map((device) => ({ sessions: 1, time: 2700, device })),
        _computedAt: this.ago(age - 1),
      });
    }
  }

  private add(age: number, fields: Fields): void {
    const at = this.ago(age);
    const { sessionId = newId(), userId } = fields;
    const { name, type, os } = (fields.device as Device | undefined) ?? UNKNOWN_DEVICE;
    this.documents.push(
      stored({
        // Newer versions of Rocket.Chat write strings, older ones the driver's ObjectIds.
        _id: this.documents.length % 3 === 0 ? new mongo.ObjectId() : newId(),
        type: 'session',
        sessionId,
        instanceId: this.instanceIds[this.documents.length % 2],
        ip: '203.0.113.5',
        host: 'chat.example.com',
        roles: ['user'],
        mostImportantRole: 'user',
        loginAt: at,
        ...dateOf(at),
        searchTerm: [name, type, os.name, sessionId, userId].join(''),
        createdAt: at,
        lastActivityAt: new Date(at.getTime() + HOUR_MS),
        _updatedAt: new Date(at.getTime() + HOUR_MS),
        ...fields,
      }),
    );
  }

  private computed(age: number): Fields {
    return { type: 'computed-session', _computedAt: this.ago(age) };
  }

  private closed(age: number): Fields {
    const closedAt = new Date(this.ago(age).getTime() + 2 * HOUR_MS);
    return { closedAt, lastActivityAt: closedAt };
  }

  private loggedOut(age: number, logoutBy: string): Fields {
    return { logoutAt: this.ago(age), logoutBy };
  }

  private ago(days: number): Date {
    return new Date(this.now.getTime() - days * DAY_MS);
  }
}

function person(logins: number): RealPerson {
  const id = newId();
  return {
    id,
    logins: Array.from({ length: logins }, () => {
      const token = randomBytes(32).toString('base64url');
      const headers = { 'x-user-id': id, 'x-auth-token': token };
      return { hashedToken: hashLoginToken(token), headers };
    }),
  };
}

/** How a token of this person is stored. */
type StoreToken = (login: RealLogin, n: number) => Fields;

function user(
  { id, logins }: RealPerson,
  now: Date,
  fields: Fields,
  storeToken: StoreToken = ({ hashedToken }, n) => ({
    when: new Date(now.getTime() - n * HOUR_MS),
    hashedToken,
  }),
): Fields {
  const createdAt = new Date(now.getTime() - 40 * DAY_MS);
  return stored({
    _id: id,
    createdAt,
    type: 'user',
    active: true,
    status: 'offline',
    roles: ['user'],
    emails: [{ address: `${id}@example.com`, verified: true }],
    services: {
      password: { bcrypt: '$2b$10$abcdefghijklmnopqrstuuxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx' },
      email2fa: { enabled: true, changedAt: createdAt },
      email: { verificationTokens: [] },
      resume: {
        loginTokens: [...logins.map(storeToken), ...(fields.type === 'bot' ? [] : [spare(now)])],
      },
    },
    requirePasswordChange: false,
    _updatedAt: now,
    ...fields,
  });
}

const personalAccess =
  (now: Date): StoreToken =>
  ({ hashedToken }, n) => ({
    type: 'personalAccessToken',
    hashedToken,
    createdAt: now,
    lastTokenPart: 'Qx7_fa',
    name: `script ${n}`,
    bypassTwoFactor: n === 0,
  });

/** A personal access token beside the logins, which no revocation may touch. */
function spare(now: Date): Fields {
  return {
    type: 'personalAccessToken',
    hashedToken: hashLoginToken(newId()),
    createdAt: now,
    lastTokenPart: 'aB3-9z',
    name: 'backup',
    bypassTwoFactor: false,
  };
}

function dateOf(at: Date): { year: number; month: number; day: number } {
  return { year: at.getUTCFullYear(), month: at.getUTCMonth() + 1, day: at.getUTCDate() };
}

/** Omits undefined fields, which the driver would store as null. */
function stored(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
