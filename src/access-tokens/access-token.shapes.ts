import { Static, TObject, Type } from '@sinclair/typebox';
import { dateTime, nullable, shape, succeededAnswer } from '../common/openapi/answer.shape';
import { MAX_NAME_LENGTH } from './dto/new-token.parameters';

const TOKEN = {
  token: Type.String({ description: 'For `X-Auth-Token`', minLength: 43, maxLength: 43 }),
};

const LISTED = shape({
  name: nullable(Type.String()),
  createdAt: nullable(dateTime()),
  lastTokenPart: nullable(Type.String({ description: 'The last six characters of the token' })),
  bypassTwoFactor: Type.Boolean(),
});

/** A new token; it is shown only once. */
export type NewToken = Static<TObject<typeof TOKEN>>;

/** An existing token. Null replaces a stored value of the wrong type. */
export type AccessTokenView = Static<typeof LISTED>;

export const TOKEN_ANSWER = succeededAnswer(TOKEN, {
  token: '2jdk99wuSjXPO201XlAks9sjDjAhSJmskAKW301mSuj',
});

export const REMOVED_ANSWER = succeededAnswer({}, {});

export const TOKENS_ANSWER = succeededAnswer(
  { tokens: Type.Array(LISTED) },
  {
    tokens: [
      {
        name: 'nightly report',
        createdAt: new Date('2023-05-24T05:08:42.806Z'),
        lastTokenPart: '01mSuj',
        bypassTwoFactor: true,
      },
    ],
  },
);

const TOKEN_NAME = { type: 'string', example: 'nightly report' };

export const NEW_TOKEN_BODY_SCHEMA = {
  type: 'object',
  required: ['tokenName'],
  additionalProperties: false,
  properties: {
    tokenName: { ...TOKEN_NAME, minLength: 1, maxLength: MAX_NAME_LENGTH },
    bypassTwoFactor: {
      type: 'boolean',
      default: false,
      description: 'Whether the token works without a second factor',
    },
  },
};

export const TOKEN_NAME_BODY_SCHEMA = {
  type: 'object',
  required: ['tokenName'],
  additionalProperties: false,
  properties: { tokenName: TOKEN_NAME },
};
