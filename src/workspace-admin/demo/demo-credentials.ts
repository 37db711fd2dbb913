import { randomBytes } from 'node:crypto';
import { generateSecret } from 'otplib';
import { newLoginToken } from '../../auth/login-token';
import { StoredServices } from '../../workspace-data/users/stored-services';
import { TotpSecretCipher } from '../../two-factor/secrets/totp-secret.cipher';
import { ADMINISTRATOR } from './demo-people';
import { hashNewPassword } from '../init/password';

/** What it takes to act as the demo's administrator. Made anew at each start; nothing of it is in the code. */
export interface DemoCredentials {
  username: string;
  password: string;
  userId: string;
  authToken: string;
  totpSecret: string;
}

/** Credentials that nobody has seen yet. */
export function newDemoCredentials(): DemoCredentials {
  return {
    username: ADMINISTRATOR.username,
    password: randomBytes(12).toString('base64url'),
    userId: ADMINISTRATOR.id,
    authToken: newLoginToken(),
    totpSecret: generateSecret(),
  };
}

/** What a user document holds of them under `services`, beside the token. */
export async function storedSecrets(
  { userId, password, totpSecret }: DemoCredentials,
  seal: TotpSecretCipher,
): Promise<Pick<StoredServices, 'password' | 'totp'>> {
  return {
    password: { bcrypt: await hashNewPassword(password) },
    totp: { enabled: true, secret: seal.encrypt(userId, totpSecret) },
  };
}
