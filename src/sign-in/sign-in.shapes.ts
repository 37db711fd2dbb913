import { Static, TObject, Type } from '@sinclair/typebox';
import { answer, dateTime, shape, succeededAnswer, word } from '../common/openapi/answer.shape';

const ME = {
  _id: Type.String(),
  name: Type.Optional(Type.String()),
  username: Type.Optional(Type.String()),
  emails: Type.Optional(Type.Array(shape({ address: Type.String(), verified: Type.Boolean() }))),
  active: Type.Boolean(),
  roles: Type.Array(Type.String()),
  createdAt: Type.Optional(dateTime()),
  avatarETag: Type.Optional(Type.String()),
  avatarOrigin: Type.Optional(Type.String()),
  email: Type.Optional(Type.String({ description: 'The first verified address' })),
  services: shape(
    {
      password: shape({ exists: Type.Boolean() }),
      totp: shape({ enabled: Type.Boolean() }),
      email2fa: shape({ enabled: Type.Boolean() }),
    },
    { description: 'Which credentials are set up' },
  ),
};

const SIGNED_IN = shape({
  userId: Type.String(),
  authToken: Type.String({ minLength: 43, maxLength: 43 }),
  me: shape(ME),
});

const LOGGED_OUT = shape({ message: Type.String() });

/** What users see of themselves (contract §5). Fields that are not stored are absent. */
export type MeView = Static<TObject<typeof ME>>;

export type SignedInUser = Static<typeof SIGNED_IN>;

export type LoggedOutView = Static<typeof LOGGED_OUT>;

const ME_EXAMPLE: MeView = {
  _id: 'rYhzFRd2QZjNwAAXX',
  name: 'Rod',
  username: 'Rod',
  emails: [{ address: 'rod@example.com', verified: true }],
  active: true,
  roles: ['user'],
  createdAt: new Date('2023-05-24T05:00:00.000Z'),
  email: 'rod@example.com',
  services: {
    password: { exists: true },
    totp: { enabled: true },
    email2fa: { enabled: false },
  },
};

const SIGNED_IN_EXAMPLE: SignedInUser = {
  userId: ME_EXAMPLE._id,
  authToken: 'RScctEHSmLGZGywfIhWyRpyofhKOiMoUIpimhvheU3f',
  me: ME_EXAMPLE,
};

export const ME_ANSWER = succeededAnswer(ME, ME_EXAMPLE);

export const LOGIN_ANSWER = answer(shape({ status: word('success'), data: SIGNED_IN }), {
  status: 'success',
  data: SIGNED_IN_EXAMPLE,
});

export const LOGOUT_ANSWER = answer(shape({ status: word('success'), data: LOGGED_OUT }), {
  status: 'success',
  data: { message: "You've been logged out!" },
});

const TEXT = { type: 'string' };

const LOGIN_PROPERTIES = {
  user: {
    oneOf: [TEXT, { type: 'object', properties: { username: TEXT, email: TEXT } }],
    description:
      'A username, or an e-mail address if it contains `@`; or an object with either. Case and surrounding spaces are ignored.',
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
    description: 'The password, or its hex SHA-256',
  },
  code: {
    oneOf: [TEXT, { type: 'integer', minimum: 0 }],
    description:
      'The second factor; takes precedence over the header `x-2fa-code`. A number is padded with zeros to six digits.',
  },
  resume: { ...TEXT, description: 'The token of a live login, in place of all other fields' },
};

/** All fields are optional here; the examples show which belong together. */
export const LOGIN_BODY_SCHEMA = {
  type: 'object',
  properties: {
    ...LOGIN_PROPERTIES,
    totp: {
      type: 'object',
      description: 'A login and its code, in place of all other fields',
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
    summary: 'The same in the form that some clients send',
    value: {
      totp: {
        login: { user: { username: 'Rod' }, password: 'correct horse battery staple' },
        code: '123456',
      },
    },
  },
  resume: {
    summary: 'The token of a live login',
    value: { resume: SIGNED_IN_EXAMPLE.authToken },
  },
};
