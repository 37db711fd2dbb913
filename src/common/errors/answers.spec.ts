import { answerTo, failure } from './answers';
import { ApiProblem, SecondFactorChallenge } from './api-error';

const challenge: SecondFactorChallenge = {
  method: 'email',
  codeGenerated: true,
  emailOrUsername: 'Rod [error-x]',
  availableMethods: ['email'],
};

/** One of every kind, with every reason. A kind that is missing does not compile. */
const PROBLEMS: Record<ApiProblem['kind'], ApiProblem[]> = {
  'not-logged-in': [{ kind: 'not-logged-in' }],
  'no-permission': [{ kind: 'no-permission' }],
  'invalid-parameters': [{ kind: 'invalid-parameters', message: 'must be string' }],
  'second-factor-required': [{ kind: 'second-factor-required', challenge }],
  'second-factor-invalid': [{ kind: 'second-factor-invalid', challenge }],
  'second-factor-locked': [{ kind: 'second-factor-locked', method: 'totp', retryAfterSeconds: 9 }],
  'fresh-login-required': [{ kind: 'fresh-login-required' }],
  'totp-obstacle': (['already-enabled', 'not-enabled', 'not-begun', 'changed'] as const).map(
    (obstacle) => ({ kind: 'totp-obstacle', obstacle }),
  ),
  'user-not-found': [{ kind: 'user-not-found' }],
  'access-token-obstacle': (['already-exists', 'does-not-exist', 'too-many'] as const).map(
    (obstacle) => ({ kind: 'access-token-obstacle', obstacle }),
  ),
  'email-obstacle': (
    ['off', 'no-verified-address', 'already-enabled', 'not-enabled', 'changed'] as const
  ).map((obstacle) => ({ kind: 'email-obstacle', obstacle })),
  'email-not-sent': [{ kind: 'email-not-sent' }],
  'too-many-requests': [{ kind: 'too-many-requests', retryAfterSeconds: 9 }],
  'login-refused': [{ kind: 'login-refused' }],
  'login-blocked': (['user', 'ip'] as const).map((target) => ({ kind: 'login-blocked', target })),
  'login-second-factor-required': [{ kind: 'login-second-factor-required', challenge }],
  'login-second-factor-invalid': [{ kind: 'login-second-factor-invalid', challenge }],
  'invalid-sort': [
    { kind: 'invalid-sort', given: '' },
    { kind: 'invalid-sort', given: '[error-forged]' },
    { kind: 'invalid-sort', given: '['.repeat(16_000) },
  ],
  'invalid-sort-keys': [{ kind: 'invalid-sort-keys' }],
  'session-not-found': [{ kind: 'session-not-found' }],
  'too-many-headers': [{ kind: 'too-many-headers' }],
  overloaded: [{ kind: 'overloaded', retryAfterSeconds: 9 }],
  'database-unreachable': [{ kind: 'database-unreachable' }],
  unforeseen: [{ kind: 'unforeseen' }],
};

/** Published without their kind beside the text (contract §1). */
const WITHOUT_TYPE = ['no-permission', 'too-many-requests'];

describe('answerTo', () => {
  it.each(Object.values(PROBLEMS).flat())(
    'says the kind of $kind twice, or not at all',
    (problem) => {
      const body = answerTo(problem).body as { error?: string; errorType?: string };
      const [, kind] = /\[([a-z0-9-]+)\]$/.exec(body.error ?? '') ?? [];
      expect(body.errorType).toBe(WITHOUT_TYPE.includes(problem.kind) ? undefined : kind);
    },
  );

  it('puts the kind behind the text and before the details', () => {
    expect(Object.keys(answerTo({ kind: 'second-factor-required', challenge }).body)).toEqual([
      'success',
      'error',
      'errorType',
      'details',
    ]);
  });
});

describe('failure', () => {
  it('says the kind twice, whoever makes one', () => {
    expect(failure(400, 'No [error-new]').body).toEqual({
      success: false,
      error: 'No [error-new]',
      errorType: 'error-new',
    });
    expect(failure(404, 'Not Found').body).toEqual({ success: false, error: 'Not Found' });
  });
});
