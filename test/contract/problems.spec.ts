import * as accessTokens from '../../src/access-tokens/access-token.problems';
import * as audit from '../../src/access/audit.problems';
import * as auditTrail from '../../src/audit-trail/audit-trail.problems';
import * as auth from '../../src/auth/auth.problems';
import * as common from '../../src/common/errors/common.problems';
import * as paging from '../../src/common/paging/cursor.problems';
import { Problem } from '../../src/common/errors/problem';
import * as emailEnrolment from '../../src/enrolment/email/email-enrolment.problems';
import * as totpEnrolment from '../../src/enrolment/totp/totp-enrolment.problems';
import * as health from '../../src/health/health.problems';
import * as permissions from '../../src/permissions/permission.problems';
import * as sessionSelection from '../../src/session-selection/session-selection.problems';
import * as sessions from '../../src/sessions/session.problems';
import * as signIn from '../../src/sign-in/sign-in.problems';
import * as emailCodes from '../../src/two-factor/email-codes/email-code.problems';
import * as twoFactor from '../../src/two-factor/two-factor.problems';
import * as logoutEverywhere from '../../src/ways-in/logout/logout-everywhere.problems';
import * as users from '../../src/workspace-data/users/user.problems';
import { execSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const MODULES = {
  'access-tokens/access-token': accessTokens,
  'access/audit': audit,
  'audit-trail/audit-trail': auditTrail,
  'auth/auth': auth,
  'common/errors/common': common,
  'common/paging/cursor': paging,
  'enrolment/email/email-enrolment': emailEnrolment,
  'enrolment/totp/totp-enrolment': totpEnrolment,
  'health/health': health,
  'permissions/permission': permissions,
  'session-selection/session-selection': sessionSelection,
  'sessions/session': sessions,
  'sign-in/sign-in': signIn,
  'two-factor/email-codes/email-code': emailCodes,
  'two-factor/two-factor': twoFactor,
  'ways-in/logout/logout-everywhere': logoutEverywhere,
  'workspace-data/users/user': users,
};

/** Refusals that depend on a value, each with an awkward one. */
const WITH_VALUES: Problem[] = [
  common.invalidParameters('must be string'),
  common.tooManyRequests(9),
  common.overloaded(9),
  health.notReady({ status: 'error', details: { database: { status: 'down' } } }),
  sessions.invalidSort(''),
  sessions.invalidSort('[error-forged]'),
  sessions.invalidSort('['.repeat(16_000)),
  twoFactor.secondFactorLocked('totp', 9),
];

/** Published without their type beside the text (contract §1). */
const WITHOUT_TYPE = ['no-permission', 'too-many-requests'];

function isProblem(value: unknown): value is Problem {
  return typeof value === 'object' && value !== null && 'kind' in value && 'body' in value;
}

const problems = [
  ...Object.values<object>(MODULES).flatMap((module): unknown[] => Object.values(module).flat()),
  ...WITH_VALUES,
].filter(isProblem);

describe('the list of problems', () => {
  it('covers every *.problems.ts file', () => {
    const files = execSync('git ls-files -co --exclude-standard "src/*.problems.ts"', {
      encoding: 'utf8',
    });
    expect(files.trim().split('\n').sort()).toEqual(
      Object.keys(MODULES)
        .map((name) => `src/${name}.problems.ts`)
        .sort(),
    );
  });

  it.each(problems)(
    'names the type of $kind ($name) in both text and errorType, or in neither',
    ({ kind, body }) => {
      const { error = '', errorType } = body as { error?: string; errorType?: string };
      const [, type] = /\[([a-z0-9-]+)\]$/.exec(error) ?? [];
      expect(errorType).toBe(WITHOUT_TYPE.includes(kind) ? undefined : type);
    },
  );

  it.each(problems)('gives $kind ($name) a name and a sentence without a full stop', (problem) => {
    expect(problem.name).toMatch(/^[a-z][A-Za-z]+$/);
    expect(problem.when).toMatch(/[^.]$/);
  });
});

describe('docs/error-codes.md', () => {
  const page = readFileSync(join(__dirname, '../../docs/error-codes.md'), 'utf8');
  const rows = [...page.matchAll(/^\| +(\d{3}) \| (\S+) +\| (\S+) +\|/gm)].map(
    ([, status = '', code = '', kind = '']) => `${status} ${code} ${kind}`,
  );
  const expected = problems.map(({ status, body, kind }) => {
    const code = codeOf(body);
    return `${status} ${code === undefined ? '–' : `\`${code}\``} \`${kind}\``;
  });

  it('has one row for each refusal: its status, its code, its kind', () => {
    expect(rows.toSorted()).toEqual([...new Set(expected)].toSorted());
  });

  /** What tells a client which refusal it is: its type, or the word in its text. */
  function codeOf({ error = '', errorType }: { error?: string; errorType?: string }) {
    const [, word] = /^(?:.*\[)?((?:error|totp)-[a-z0-9-]+)\]?$/.exec(error) ?? [];
    return errorType ?? word;
  }
});
