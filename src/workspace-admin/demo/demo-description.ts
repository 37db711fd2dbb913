import { DemoCredentials } from './demo-credentials';
import { ROD } from './demo-people';

/**
 * What `npm start` prints about the demo. Lines that begin with `curl ` can be pasted into any shell; they compute the
 * code when they run, so they never expire.
 */
export function describeDemo(
  { username, password, userId, authToken, totpSecret }: DemoCredentials,
  url: string,
  projectFolder: string,
): string {
  // A variable, not an argument: `ps` shows arguments to every user of the machine.
  const totp = `TOTP_SECRET=${totpSecret} npm --prefix ${quote(projectFolder)} run --silent totp`;
  return `
A demo workspace is ready. Its administrator (new credentials at each start):
  user name:    ${username}
  password:     ${password}
  X-User-Id:    ${userId}
  X-Auth-Token: ${authToken}
  TOTP secret:  ${totpSecret}   (a current code: npm run --silent totp, which asks for it)

Look at a session, with a second factor computed on the spot:

curl -s -H 'X-User-Id: ${userId}' -H 'X-Auth-Token: ${authToken}' -H "x-2fa-code: $(${totp})" '${url}/api/v1/sessions/info.admin?sessionId=${ROD.session.id}'
`;
}

/** One word for a POSIX shell, even between double quotes inside `$( )`. */
function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
