import { totpCode } from '../../src/two-factor/totp';
import { TestApp } from '../support/app';
import { HttpAnswer } from '../support/http';
import { TestUser } from '../support/workspace';

const PASSWORD = 'correct horse';

describe('the audit log', () => {
  let app: TestApp;
  let shown: string[];

  beforeEach(async () => {
    app = await TestApp.start();
    shown = [];
  });
  afterEach(() => app.close());

  const post = async (
    user: TestUser,
    path: string,
    body?: object,
    headers: Record<string, string> = {},
  ): Promise<HttpAnswer> => {
    const answer = await app.call(`/api/v1/${path}`, {
      method: 'POST',
      headers: {
        ...user.headers,
        'user-agent': 'curl/8',
        'content-type': 'application/json',
        ...headers,
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    shown.push(...secretsIn(answer.body), ...secretsIn(body));
    return answer;
  };

  const entry = (event: string, by: TestUser, result = 'done', subject = by): object => ({
    event,
    by: by.id,
    for: subject.id,
    address: '127.0.0.1',
    userAgent: 'curl/8',
    result,
  });

  it('tells who has changed which factor of whom, from where, and how it ended', async () => {
    const user = await app.workspace.createUser({ roles: [], totp: false, password: PASSWORD });
    const admin = await app.workspace.createUser();
    const withCode = { 'x-2fa-code': PASSWORD };

    await post(user, 'users.enableTotp');
    const { secret } = (await post(user, 'users.enableTotp', undefined, withCode)).body as {
      secret: string;
    };
    const code = (): string => totpCode(secret, app.clock.now());
    await post(user, 'users.validateTotp', { code: '000000' });
    const { codes } = (await post(user, 'users.validateTotp', { code: code() })).body as {
      codes: string[];
    };
    await post(user, 'users.validateTotp', { code: code() });
    await post(user, 'users.regenerateTotpCodes', { code: codes[0] });
    app.clock.advance({ seconds: 30 });
    await post(user, 'users.disableTotp', { code: code() });
    const again = await app.workspace.createUser({ roles: [] });
    await post(again, 'users.resetTOTP', { userId: user.id });
    const adminCode = { 'x-2fa-code': admin.codeAt(app.clock.now()) };
    await post(admin, 'users.resetTOTP', { userId: again.id }, adminCode);
    await post(admin, 'users.resetTOTP', { userId: 'nobody' }, adminCode);

    expect(app.log.audit).toEqual([
      entry('totp.enrolment-begun', user, 'second-factor-required'),
      entry('totp.enrolment-begun', user),
      entry('totp.enabled', user, 'second-factor-invalid'),
      entry('totp.enabled', user),
      entry('totp.enabled', user, 'totp-obstacle'),
      entry('backup-code.spent', user),
      entry('backup-codes.regenerated', user),
      entry('totp.disabled', user),
      entry('totp.reset', admin, 'done', again),
    ]);
    expect(shown.length).toBeGreaterThan(25);
    const log = app.log.lines.join('\n');
    for (const text of [...shown, ...[user, again, admin].map(({ token }) => token), PASSWORD]) {
      expect(log).not.toContain(text);
    }
  });

  it('cannot be forged by what a client calls itself', async () => {
    const user = await app.workspace.createUser({ roles: [], totp: false });
    const userAgent = `"}\\n{"event":"totp.disabled"${'x'.repeat(5000)}`;
    await post(user, 'users.enableTotp', undefined, { 'user-agent': userAgent });
    const [line = ''] = app.log.lines.filter((text) => text.includes('Audit'));
    expect(line).not.toContain('\n');
    expect(app.log.audit).toEqual([
      { ...entry('totp.enrolment-begun', user), userAgent: userAgent.slice(0, 200) },
    ]);
  });

  it('holds nothing that a terminal obeys, and says all the same what was sent', async () => {
    const user = await app.workspace.createUser({ roles: [], totp: false });
    // A header's bytes are Latin-1: C1 controls, a soft hyphen and a blank that is none can come in.
    const userAgent = 'a\u009b31m\u0085b\u00ad\u00a0c\u0080\u009f';
    await post(user, 'users.enableTotp', undefined, { 'user-agent': userAgent });
    expect(app.log.lines.join('')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
    expect(app.log.audit).toEqual([{ ...entry('totp.enrolment-begun', user), userAgent }]);
  });
});

/** What nobody may find in a log: secrets and codes, without ids and words. */
function secretsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    ['secret', 'code', 'codes', 'url'].includes(key) || Array.isArray(value)
      ? secretsIn(inner)
      : [],
  );
}
