import { StoredDevice } from '../../workspace-data/sessions/stored-device';

/** A user of the demo and the device of their login. */
export interface DemoPerson {
  id: string;
  username: string;
  name: string;
  roles: string[];
  session: {
    id: string;
    ip: string;
    host: string;
    loginAt: Date;
    device: StoredDevice;
  };
}

/** The published example (contract, `info.admin/success.json`). */
export const ROD: DemoPerson = {
  id: 'rYhzFRd2QZjNwAAXX',
  username: 'Rod',
  name: 'Rod',
  roles: ['user'],
  session: {
    id: 'uBNL9dTjJ4s6Pjp4K',
    ip: '172.20.0.2',
    host: 'localhost:3000',
    loginAt: new Date('2023-05-24T05:08:42.806Z'),
    device: {
      type: 'browser',
      name: 'Chrome',
      longVersion: '113.0.0.0',
      os: { name: 'Windows', version: '10' },
      version: '113.0.0',
    },
  },
};

/** The administrator whose credentials are printed. */
export const ADMINISTRATOR: DemoPerson = {
  id: 'aDmXw3kPq7RtYbN5s',
  username: 'admin',
  name: 'Ada Administrator',
  roles: ['admin'],
  session: {
    id: 'Ks8mVq2TzHw5RbXcE',
    ip: '172.20.0.10',
    host: 'localhost:3000',
    loginAt: new Date('2023-05-24T07:30:00.000Z'),
    device: {
      type: 'browser',
      name: 'Firefox',
      longVersion: '113.0',
      os: { name: 'Linux' },
      version: '113.0',
    },
  },
};

export const DEMO_PEOPLE: DemoPerson[] = [
  ROD,
  ADMINISTRATOR,
  {
    id: 'mJ4tHs9WxQ2vLkZnC',
    username: 'maria',
    name: 'Maria Silva',
    roles: ['user'],
    session: {
      id: 'Yp3nGd7KvTc9XsLmB',
      ip: '172.20.0.31',
      host: 'localhost:3000',
      loginAt: new Date('2023-05-23T18:12:09.120Z'),
      device: {
        type: 'mobile-app',
        name: 'RC Mobile',
        longVersion: '4.38.0 1234',
        os: { name: 'iOS', version: '16.4' },
        version: '4.38.0',
      },
    },
  },
  {
    id: 'jW6bNf2RyPq8TzXdK',
    username: 'jonas',
    name: 'Jonas Weber',
    roles: ['user'],
    session: {
      id: 'Hc5rQw8ZmXn4JtVbS',
      ip: '172.20.0.44',
      host: 'localhost:3000',
      loginAt: new Date('2023-05-22T08:01:55.004Z'),
      device: {
        type: 'desktop-app',
        name: 'Rocket.Chat',
        longVersion: '3.9.0',
        os: { name: 'Mac OS', version: '13.4' },
        version: '3.9.0',
      },
    },
  },
  {
    id: 'aK7xTm3GvSw9PbRhQ',
    username: 'aiko',
    name: 'Aiko Tanaka',
    roles: ['user', 'moderator'],
    session: {
      id: 'Lt6vBn3DwMz8QxKpF',
      ip: '2001:db8::7',
      host: 'localhost:3000',
      loginAt: new Date('2023-05-24T01:47:31.733Z'),
      device: {
        type: 'mobile',
        name: 'Mobile Chrome',
        longVersion: '113.0.5672.131',
        os: { name: 'Android', version: '13' },
        version: '113.0.5672',
      },
    },
  },
];
