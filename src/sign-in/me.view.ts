import { stringArray } from '../common/validation/string-array';
import { Account, storedEmails } from '../workspace-data/users/accounts.repository';

/** What a user sees of themselves (contract §5). Dates are ISO 8601 once serialised; absent is what is not stored. */
export interface MeView {
  _id: string;
  name?: string;
  username?: string;
  emails?: { address: string; verified: boolean }[];
  active: boolean;
  roles: string[];
  createdAt?: Date;
  avatarETag?: string;
  avatarOrigin?: string;
  /** The first address that is known to be theirs. */
  email?: string;
  /** Which proofs there are, and nothing about them. */
  services: {
    password: { exists: boolean };
    totp: { enabled: boolean };
    email2fa: { enabled: boolean };
  };
}

export function viewMe(account: Account): MeView {
  const { _id, name, username, active, roles, createdAt, avatarETag, avatarOrigin } = account;
  const { password, totp, email2fa } = account.services;
  const emails = account.emails && storedEmails(account.emails);
  const email = emails?.find(({ verified }) => verified)?.address;
  return {
    _id,
    ...(name && { name }),
    ...(username && { username }),
    ...(emails && { emails }),
    active: active === true,
    roles: stringArray(roles),
    ...(createdAt && { createdAt }),
    ...(avatarETag && { avatarETag }),
    ...(avatarOrigin && { avatarOrigin }),
    ...(email && { email }),
    services: {
      password: { exists: Boolean(password?.bcrypt) },
      totp: { enabled: totp?.enabled === true },
      email2fa: { enabled: email2fa?.enabled === true },
    },
  };
}
