import { StoredToken } from './stored-token';

/** What Rocket.Chat stores of a user's credentials (contract §2). Never leaves the service. */
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
  tempSecret?: string;
  /** The hash of the token that began the enrolment, and when it expires; without them another program began it. */
  tempToken?: string;
  tempExpire?: Date;
}

export interface StoredEmailCode {
  code?: string;
  expire?: Date;
  attempts?: number;
  /** The hash of the previous code, until when it is no guess, and how often it was entered. */
  replaced?: { code?: string; until?: Date; shown?: number };
}
