import { MeView } from './sign-in.shapes';
import { stringArray } from '../common/validation/string-array';
import { Account, storedEmails } from '../workspace-data/users/accounts.repository';

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
