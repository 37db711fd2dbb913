/** The second factors that the API speaks of (contract §4). */
export type SecondFactorName = 'totp' | 'email' | 'password';

/** What a client is told about the factor that it must show. */
export interface SecondFactorChallenge {
  method: SecondFactorName;
  codeGenerated: boolean;
  availableMethods: SecondFactorName[];
}

/** For whom logins are blocked after too many wrong passwords: for a user, or for an address (contract §5). */
export type LoginBlockTarget = 'user' | 'ip';

/** Why a user's TOTP cannot be changed as asked. */
export type TotpObstacle = 'already-enabled' | 'not-enabled' | 'not-begun' | 'changed';

/** Why a user's personal access tokens cannot be changed as asked. */
export type AccessTokenObstacle = 'already-exists' | 'does-not-exist' | 'too-many';

/** The closed list of what can go wrong for a caller. Only the exception filter knows how each is answered. */
export type ApiProblem =
  | { kind: 'not-logged-in' }
  | { kind: 'no-permission' }
  | { kind: 'invalid-parameters'; message: string }
  | { kind: 'second-factor-required'; challenge: SecondFactorChallenge }
  | { kind: 'second-factor-invalid'; challenge: Omit<SecondFactorChallenge, 'availableMethods'> }
  | { kind: 'second-factor-locked'; method: SecondFactorName; retryAfterSeconds: number }
  | { kind: 'totp-obstacle'; obstacle: TotpObstacle }
  | { kind: 'user-not-found' }
  | { kind: 'access-token-obstacle'; obstacle: AccessTokenObstacle }
  | { kind: 'login-refused' }
  | { kind: 'login-blocked'; target: LoginBlockTarget }
  | { kind: 'login-second-factor-required'; challenge: SecondFactorChallenge }
  | {
      kind: 'login-second-factor-invalid';
      challenge: Omit<SecondFactorChallenge, 'availableMethods'>;
    }
  | { kind: 'invalid-sort'; given: string }
  | { kind: 'invalid-sort-keys' }
  | { kind: 'session-not-found' }
  | { kind: 'database-unreachable' }
  | { kind: 'unforeseen' };

/** Ends a request with one of the documented answers. */
export class ApiError extends Error {
  constructor(readonly problem: ApiProblem) {
    super(problem.kind);
  }
}
