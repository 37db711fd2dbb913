import { Variable } from './environment-variable';
import { HexKeys } from './environment.rules';

export class EncryptionConfig {
  /** The first encrypts TOTP secrets and keys backup codes; all decrypt and verify. Empty: stored plain. */
  @Variable('TOTP_ENCRYPTION_KEYS')
  @HexKeys(64)
  totpKeys: string[] = [];
}
