/** The second factors that the API speaks of (contract §4). */
export type SecondFactorName = 'totp' | 'email' | 'password';

/** What a client is told about the factor that it must show. */
export interface SecondFactorChallenge {
  method: SecondFactorName;
  /** A code has just been sent. */
  codeGenerated: boolean;
  /** Until when a code counts that is out already. */
  codeExpires?: Date;
  /** By what a client may ask for another code. */
  emailOrUsername?: string;
  availableMethods: SecondFactorName[];
}

/** What a client is told that has shown a wrong code. */
export type FailedChallenge = Pick<SecondFactorChallenge, 'method' | 'codeGenerated'>;

/** For whom logins are blocked after too many wrong passwords: for a user, or for an address (contract §5). */
export type LoginBlockTarget = 'user' | 'ip';

/** Why a user's TOTP cannot be changed as asked. */
export type TotpObstacle = 'already-enabled' | 'not-enabled' | 'not-begun' | 'changed';

/** Why a user's personal access tokens cannot be changed as asked. */
export type AccessTokenObstacle = 'already-exists' | 'does-not-exist' | 'too-many';

/** Why codes by e-mail cannot be switched on or off, or sent, as asked. */
export type EmailObstacle =
  'off' | 'no-verified-address' | 'already-enabled' | 'not-enabled' | 'changed';

/** The closed list of what can go wrong for a caller. Only the exception filter knows how each is answered. */
export type ApiProblem =
  | { kind: 'not-logged-in' }
  | { kind: 'no-permission' }
  | { kind: 'invalid-parameters'; message: string }
  | { kind: 'second-factor-required'; challenge: SecondFactorChallenge }
  | { kind: 'second-factor-invalid'; challenge: FailedChallenge }
  | { kind: 'second-factor-locked'; method: SecondFactorName; retryAfterSeconds: number }
  | { kind: 'fresh-login-required' }
  | { kind: 'totp-obstacle'; obstacle: TotpObstacle }
  | { kind: 'user-not-found' }
  | { kind: 'access-token-obstacle'; obstacle: AccessTokenObstacle }
  | { kind: 'email-obstacle'; obstacle: EmailObstacle }
  | { kind: 'email-not-sent' }
  | { kind: 'too-many-requests'; retryAfterSeconds: number }
  | { kind: 'overloaded'; retryAfterSeconds: number }
  | { kind: 'login-refused' }
  | { kind: 'login-blocked'; target: LoginBlockTarget }
  | { kind: 'login-second-factor-required'; challenge: SecondFactorChallenge }
  | { kind: 'login-second-factor-invalid'; challenge: FailedChallenge }
  | { kind: 'invalid-sort'; given: string }
  | { kind: 'invalid-sort-keys' }
  | { kind: 'session-not-found' }
  | { kind: 'too-many-headers' }
  | { kind: 'database-unreachable' }
  | { kind: 'unforeseen' };

/** Ends a request with one of the documented answers. */
export class ApiError extends Error {
  constructor(readonly problem: ApiProblem) {
    super(problem.kind);
  }
}
