import { DemoCredentials } from './demo-credentials';
import { ROD } from './demo-people';

/**
 * What `npm start` prints about the demo workspace. Lines that begin with `curl ` can be pasted into any shell; the
 * code is computed when the command runs, so the command never goes stale.
 * @param url where the service listens
 * @param projectFolder where `npm run` finds this project
 */
export function describeDemo(
  { username, password, userId, authToken, totpSecret }: DemoCredentials,
  url: string,
  projectFolder: string,
): string {
  // A variable, not an argument: `ps` shows the arguments of a running program to everybody on the machine.
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

/** One word for a POSIX shell, also between double quotes inside `$( )`. */
function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
