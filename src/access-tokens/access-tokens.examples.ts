import { answerSchema } from '../common/openapi/answer';
import { MAX_NAME_LENGTH } from './dto/new-token.parameters';

/** Schemas and examples of the API's documentation. */

export const TOKEN_SCHEMA = answerSchema({
  token: { type: 'string', description: 'For `X-Auth-Token`.', minLength: 43, maxLength: 43 },
});
/** Nobody's. */
export const TOKEN_EXAMPLE = {
  token: '2jdk99wuSjXPO201XlAks9sjDjAhSJmskAKW301mSuj',
  success: true,
};

export const REMOVED_SCHEMA = answerSchema({});
export const REMOVED_EXAMPLE = { success: true };

export const TOKENS_SCHEMA = answerSchema({
  tokens: {
    type: 'array',
    items: {
      type: 'object',
      required: ['name', 'createdAt', 'lastTokenPart', 'bypassTwoFactor'],
      properties: {
        name: { type: 'string', nullable: true },
        createdAt: { type: 'string', format: 'date-time', nullable: true },
        lastTokenPart: {
          type: 'string',
          nullable: true,
          description: 'The last six characters of the token.',
        },
        bypassTwoFactor: { type: 'boolean' },
      },
    },
  },
});
export const TOKENS_EXAMPLE = {
  tokens: [
    {
      name: 'nightly report',
      createdAt: '2023-05-24T05:08:42.806Z',
      lastTokenPart: '01mSuj',
      bypassTwoFactor: true,
    },
  ],
  success: true,
};

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
      description: 'The token works without a second factor.',
    },
  },
};

export const TOKEN_NAME_BODY_SCHEMA = {
  type: 'object',
  required: ['tokenName'],
  additionalProperties: false,
  properties: { tokenName: TOKEN_NAME },
};
