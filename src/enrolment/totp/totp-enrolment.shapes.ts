import { Static, TObject, Type } from '@sinclair/typebox';
import { succeededAnswer, TRUE } from '../../common/openapi/answer.shape';
import { BACKUP_CODE_COUNT } from '../../two-factor/secrets/backup-codes.service';
import { totpAddress } from '../../two-factor/methods/totp';

/** The issuer that an authenticator shows: users know the workspace by this name. */
export const ISSUER = 'Rocket.Chat';

const SECRET = {
  secret: Type.String({ description: '20 bytes in base32' }),
  url: Type.String({ description: 'The secret in an `otpauth:` URL, for a QR code' }),
};

const CODES = {
  codes: Type.Array(Type.String({ minLength: 8, maxLength: 8 }), {
    minItems: BACKUP_CODE_COUNT,
    maxItems: BACKUP_CODE_COUNT,
  }),
};

const DISABLED = { disabled: TRUE };

const REMAINING = { remaining: Type.Integer({ minimum: 0 }) };

/** A new secret; it is shown only once. */
export type NewSecret = Static<TObject<typeof SECRET>>;

/** New backup codes; they are shown only once. */
export type NewBackupCodes = Static<TObject<typeof CODES>>;

export type DisabledView = Static<TObject<typeof DISABLED>>;

export type RemainingView = Static<TObject<typeof REMAINING>>;

/** The key of RFC 6238's test vectors. */
const SECRET_EXAMPLE = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';

export const SECRET_ANSWER = succeededAnswer(SECRET, {
  secret: SECRET_EXAMPLE,
  url: totpAddress(SECRET_EXAMPLE, ISSUER, 'Rod'),
});

export const CODES_ANSWER = succeededAnswer(CODES, {
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
});

export const DISABLED_ANSWER = succeededAnswer(DISABLED, { disabled: true });

export const REMAINING_ANSWER = succeededAnswer(REMAINING, { remaining: BACKUP_CODE_COUNT });

export const DONE_ANSWER = succeededAnswer({}, {});

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
