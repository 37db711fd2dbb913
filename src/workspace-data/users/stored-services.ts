import { StoredToken } from './stored-token';

/** What the workspace keeps of a person's ways to prove who they are (contract §2). Never leaves the service. */
export interface StoredServices {
  password?: { bcrypt?: string };
  resume?: { loginTokens?: StoredToken[] };
  totp?: StoredTotp;
  email2fa?: { enabled?: boolean; changedAt?: Date };
  emailCode?: StoredEmailCode;
}

/** Secrets are plain base32, or sealed by this service. */
export interface StoredTotp {
  enabled?: boolean;
  secret?: string;
  hashedBackup?: string[];
  /** The secret that is being enrolled. */
  tempSecret?: string;
  /** The hash of the token that has asked for it, and when it counts no more; without them it is of another program. */
  tempToken?: string;
  tempExpire?: Date;
}

/** A code that was sent by e-mail. */
export interface StoredEmailCode {
  /** Its bcrypt hash. */
  code?: string;
  /** The first moment at which it counts no more. */
  expire?: Date;
  /** How many codes have been tried in its place. */
  attempts?: number;
  /** The hash of the code before it, until when it is told from a guess, and how often it has been. */
  replaced?: { code?: string; until?: Date; shown?: number };
}
