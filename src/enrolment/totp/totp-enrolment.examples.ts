import { answerSchema } from '../../common/openapi/answer';
import { totpAddress } from '../../two-factor/methods/totp';
import { ISSUER } from './totp-enrolment.service';

/** Schemas and examples of the API's documentation. */

const SUCCESS = { type: 'boolean', enum: [true] };

/** Nobody's: the key of RFC 6238's test vectors. */
const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';

export const SECRET_SCHEMA = answerSchema({
  secret: { type: 'string', description: 'Base32, 20 bytes.' },
  url: { type: 'string', description: 'The same, as an authenticator reads it from a QR code.' },
});
export const SECRET_EXAMPLE = {
  secret: SECRET,
  url: totpAddress(SECRET, ISSUER, 'Rod'),
  success: true,
};

export const CODES_SCHEMA = answerSchema({
  codes: {
    type: 'array',
    minItems: 12,
    maxItems: 12,
    items: { type: 'string', minLength: 8, maxLength: 8 },
  },
});
export const CODES_EXAMPLE = {
  codes: [
    'u6kW2aPq',
    'Yb9dTz4R',
    'mH3xNc7S',
    'Jf5vLg8e',
    'qA2wBk6D',
    'Zr7nXt9P',
    'hC4yMj3s',
    'Kd8bGu5W',
    'eT6pRa2H',
    'Nx3fQz7v',
    'Sg9cYw4k',
    'Lj5mDb8T',
  ],
  success: true,
};

export const DISABLED_SCHEMA = answerSchema({ disabled: SUCCESS });
export const DISABLED_EXAMPLE = { disabled: true, success: true };

export const REMAINING_SCHEMA = answerSchema({ remaining: { type: 'integer', minimum: 0 } });
export const REMAINING_EXAMPLE = { remaining: 12, success: true };

export const CODE_BODY_SCHEMA = {
  type: 'object',
  required: ['code'],
  additionalProperties: false,
  properties: { code: { type: 'string', example: '123456' } },
};

export const USER_NAME_BODY_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  oneOf: [{ required: ['userId'] }, { required: ['username'] }],
  properties: { userId: { type: 'string' }, username: { type: 'string' } },
  example: { username: 'Rod' },
};
export const RESET_SCHEMA = answerSchema({});
export const RESET_EXAMPLE = { success: true };
