import { randomBytes } from 'node:crypto';
import { generateSecret } from 'otplib';
import { newLoginToken } from '../../auth/login-token';
import { StoredServices } from '../../workspace-data/users/stored-services';
import { TotpSecretCipher } from '../../two-factor/secrets/totp-secret.cipher';
import { ADMINISTRATOR } from './demo-people';
import { hashNewPassword } from '../init/password';

/** The credentials of the demo's administrator. Random at each start; none are in the code. */
export interface DemoCredentials {
  username: string;
  password: string;
  userId: string;
  authToken: string;
  totpSecret: string;
}

export function newDemoCredentials(): DemoCredentials {
  return {
    username: ADMINISTRATOR.username,
    password: randomBytes(12).toString('base64url'),
    userId: ADMINISTRATOR.id,
    authToken: newLoginToken(),
    totpSecret: generateSecret(),
  };
}

/** What the user document holds under `services`, except the token. */
export async function storedSecrets(
  { userId, password, totpSecret }: DemoCredentials,
  cipher: TotpSecretCipher,
): Promise<Pick<StoredServices, 'password' | 'totp'>> {
  return {
    password: { bcrypt: await hashNewPassword(password) },
    totp: { enabled: true, secret: cipher.encrypt(userId, totpSecret) },
  };
}
