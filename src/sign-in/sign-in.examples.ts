import { viewMe } from './me.view';
import { SignedInUser } from './sign-in.service';

/** Schemas and examples of the API's documentation. */

const ME_PROPERTIES = {
  _id: { type: 'string' },
  name: { type: 'string' },
  username: { type: 'string' },
  emails: {
    type: 'array',
    items: {
      type: 'object',
      properties: { address: { type: 'string' }, verified: { type: 'boolean' } },
    },
  },
  active: { type: 'boolean' },
  roles: { type: 'array', items: { type: 'string' } },
  createdAt: { type: 'string', format: 'date-time' },
  avatarETag: { type: 'string' },
  avatarOrigin: { type: 'string' },
  email: { type: 'string', description: 'The first address that is known to be theirs.' },
  services: {
    type: 'object',
    description: 'Which proofs there are, and nothing about them.',
    properties: {
      password: { type: 'object', properties: { exists: { type: 'boolean' } } },
      totp: { type: 'object', properties: { enabled: { type: 'boolean' } } },
      email2fa: { type: 'object', properties: { enabled: { type: 'boolean' } } },
    },
  },
};

export const ME_SCHEMA = {
  type: 'object',
  required: ['_id', 'active', 'roles', 'services', 'success'],
  properties: { ...ME_PROPERTIES, success: { type: 'boolean', enum: [true] } },
};

const STATUS_SCHEMA = { type: 'string', enum: ['success'] };

export const LOGIN_SCHEMA = {
  type: 'object',
  required: ['status', 'data'],
  properties: {
    status: STATUS_SCHEMA,
    data: {
      type: 'object',
      required: ['userId', 'authToken', 'me'],
      properties: {
        userId: { type: 'string' },
        authToken: { type: 'string', minLength: 43, maxLength: 43 },
        me: { type: 'object', properties: ME_PROPERTIES },
      },
    },
  },
};

export const LOGOUT_SCHEMA = {
  type: 'object',
  required: ['status', 'data'],
  properties: {
    status: STATUS_SCHEMA,
    data: { type: 'object', properties: { message: { type: 'string' } } },
  },
};

const ME = viewMe({
  _id: 'rYhzFRd2QZjNwAAXX',
  name: 'Rod',
  username: 'Rod',
  emails: [{ address: 'rod@example.com', verified: true }],
  active: true,
  roles: ['user'],
  createdAt: new Date('2023-05-24T05:00:00.000Z'),
  services: { password: { bcrypt: 'any' }, totp: { enabled: true } },
});

export const ME_EXAMPLE = { ...ME, success: true };

const SIGNED_IN: SignedInUser = {
  userId: ME._id,
  authToken: 'RScctEHSmLGZGywfIhWyRpyofhKOiMoUIpimhvheU3f',
  me: ME,
};

export const LOGIN_EXAMPLE = { status: 'success', data: SIGNED_IN };

export const LOGOUT_EXAMPLE = {
  status: 'success',
  data: { message: "You've been logged out!" },
};

const TEXT = { type: 'string' };

const LOGIN_PROPERTIES = {
  user: {
    oneOf: [TEXT, { type: 'object', properties: { username: TEXT, email: TEXT } }],
    description:
      'A username, or an e-mail address if it contains `@`; or an object with either. In any case; blanks around it do not count.',
  },
  username: TEXT,
  email: TEXT,
  password: {
    oneOf: [
      TEXT,
      {
        type: 'object',
        required: ['digest', 'algorithm'],
        properties: { digest: TEXT, algorithm: { type: 'string', enum: ['sha-256'] } },
      },
    ],
    description: 'As text, or as the hex SHA-256 of it.',
  },
  code: {
    oneOf: [TEXT, { type: 'integer', minimum: 0 }],
    description:
      'The second factor; wins over the header `x-2fa-code`. A number stands for at least six digits.',
  },
  resume: { ...TEXT, description: 'The token of a living login, in place of all the others.' },
};

/** Every field is optional in the schema: which of them belong together, the examples show. */
export const LOGIN_BODY_SCHEMA = {
  type: 'object',
  properties: {
    ...LOGIN_PROPERTIES,
    totp: {
      type: 'object',
      description: 'A login with its code beside it, in place of all the others.',
      properties: {
        login: { type: 'object', properties: LOGIN_PROPERTIES },
        code: LOGIN_PROPERTIES.code,
      },
    },
  },
};

export const LOGIN_BODIES = {
  username: {
    summary: 'A username and a password',
    value: { user: 'Rod', password: 'correct horse battery staple' },
  },
  email: {
    summary: 'An e-mail address, the digest of a password and a second factor',
    value: {
      user: 'rod@example.com',
      password: {
        digest: 'c4bbcb1fbec99d65bf59d85c8cb62ee2db963f0fe106f483d9afa73bd4e39a8a',
        algorithm: 'sha-256',
      },
      code: '123456',
    },
  },
  totp: {
    summary: 'The same as some clients send it',
    value: {
      totp: {
        login: { user: { username: 'Rod' }, password: 'correct horse battery staple' },
        code: '123456',
      },
    },
  },
  resume: { summary: 'The token of a living login', value: { resume: SIGNED_IN.authToken } },
};
