import { Variable } from './environment-variable';
import { HexKeys } from './environment.rules';

/** How secrets are encrypted at rest. */
export class EncryptionConfig {
  /**
   * Each has 64 hex digits. The first encrypts new TOTP secrets and keys backup codes, all decrypt and check them;
   * without any, both are stored plain.
   */
  @Variable('TOTP_ENCRYPTION_KEYS')
  @HexKeys(64)
  totpKeys: string[] = [];
}
