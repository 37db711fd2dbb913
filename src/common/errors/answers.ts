import {
  AccessTokenObstacle,
  ApiProblem,
  EmailObstacle,
  SecondFactorChallenge,
  TotpObstacle,
} from './api-error';

/** What goes over the wire. */
export interface Answer {
  status: number;
  body: object;
  headers?: Record<string, string>;
}

/**
 * The body that most errors share: `"success": false` first. What stands in brackets at the end of the text is its kind,
 * and goes out a second time for programs: so no refusal can forget it (contract §1).
 */
export function failure(status: number, error: string, more: object = {}): Answer {
  const errorType = kindIn(error);
  return { status, body: { success: false, error, ...(errorType && { errorType }), ...more } };
}

/** The two bodies that were published without the kind beside the text (contract §1). */
function publishedFailure(status: number, error: string): Answer {
  return { status, body: { success: false, error } };
}

function kindIn(error: string): string | undefined {
  return error.endsWith(']') ? error.slice(error.lastIndexOf('[') + 1, -1) : undefined;
}

/** How a login is refused, whatever the reason (contract §5). */
function loginFailure(error: string, message = error, more: object = {}): Answer {
  return { status: 401, body: { status: 'error', error, message, ...more } };
}

const TOTP_OBSTACLES: Record<TotpObstacle, string> = {
  'already-enabled': 'TOTP is already enabled [error-2fa-already-enabled]',
  'not-enabled': 'TOTP is not enabled [error-2fa-not-enabled]',
  'not-begun': 'There is no TOTP enrolment to validate [error-2fa-not-begun]',
  changed: 'TOTP has just been changed by another request [error-2fa-changed]',
};

/** "Exists" is the original's own word. */
const ACCESS_TOKEN_OBSTACLES: Record<AccessTokenObstacle, string> = {
  'already-exists': 'A token with this name already exists [error-token-already-exists]',
  'does-not-exist': 'Token does not exist [error-token-does-not-exists]',
  'too-many': 'There are too many tokens [error-too-many-tokens]',
};

const EMAIL_OBSTACLES: Record<EmailObstacle, string> = {
  off: 'Codes by e-mail are off: the service has no mail server [error-2fa-email-off]',
  'no-verified-address':
    'You need to verify your e-mail address first [error-2fa-email-unverified]',
  'already-enabled': 'Codes by e-mail are already enabled [error-2fa-already-enabled]',
  'not-enabled': 'Codes by e-mail are not enabled [error-2fa-not-enabled]',
  changed: 'Codes by e-mail have just been changed by another request [error-2fa-changed]',
};

/** What the details of a challenge say, in the order of the contract (§4); what is absent is left out. */
function inOrder(challenge: SecondFactorChallenge): object {
  const { method, codeGenerated, codeExpires, emailOrUsername, availableMethods } = challenge;
  return { method, codeGenerated, codeExpires, emailOrUsername, availableMethods };
}

/** The documented answer to each problem (contract §1). A problem without one does not compile. */
export function answerTo(problem: ApiProblem): Answer {
  switch (problem.kind) {
    case 'not-logged-in':
      return {
        status: 401,
        body: { status: 'error', message: 'You must be logged in to do this.' },
      };
    case 'no-permission':
      return publishedFailure(
        403,
        'User does not have the permissions required for this action [error-unauthorized]',
      );
    case 'invalid-parameters':
      return failure(400, `${problem.message} [invalid-params]`);
    case 'invalid-sort':
      return failure(
        400,
        `Invalid sort parameter provided: "${problem.given}" [error-invalid-sort]`,
      );
    case 'invalid-sort-keys':
      return failure(400, 'error-invalid-sort-keys');
    case 'second-factor-required':
      return failure(400, 'TOTP Required [totp-required]', {
        details: inOrder(problem.challenge),
      });
    case 'second-factor-invalid': {
      const { method, codeGenerated } = problem.challenge;
      return failure(400, 'TOTP Invalid [totp-invalid]', {
        details: { method, codeGenerated },
      });
    }
    case 'second-factor-locked': {
      const { method, retryAfterSeconds } = problem;
      return {
        ...failure(429, 'TOTP Maximum Failed Attempts Reached [totp-max-attempts]', {
          details: { method },
        }),
        headers: { 'retry-after': String(retryAfterSeconds) },
      };
    }
    case 'fresh-login-required':
      return failure(
        400,
        'Please log in again: this needs a login of the last 10 minutes [error-fresh-login-required]',
      );
    case 'totp-obstacle':
      return failure(400, TOTP_OBSTACLES[problem.obstacle]);
    case 'user-not-found':
      return failure(
        400,
        'The required "userId" or "username" param provided does not match any users [error-invalid-user]',
      );
    case 'access-token-obstacle':
      return failure(400, ACCESS_TOKEN_OBSTACLES[problem.obstacle]);
    case 'email-obstacle':
      return failure(400, EMAIL_OBSTACLES[problem.obstacle]);
    case 'email-not-sent':
      return failure(
        503,
        'The code could not be sent by e-mail. Please try again later [error-email-send-failed]',
      );
    case 'too-many-requests': {
      const seconds = String(problem.retryAfterSeconds);
      const message = `Error, too many requests. Please slow down. You must wait ${seconds} seconds before trying this endpoint again. [error-too-many-requests]`;
      return { ...publishedFailure(429, message), headers: { 'retry-after': seconds } };
    }
    case 'overloaded':
      return {
        ...failure(503, 'Service Unavailable'),
        headers: { 'retry-after': String(problem.retryAfterSeconds) },
      };
    case 'login-refused':
      return loginFailure('Unauthorized');
    case 'login-blocked':
      return loginFailure(`error-login-blocked-for-${problem.target}`);
    case 'login-second-factor-required':
      return loginFailure('totp-required', 'TOTP Required', {
        details: inOrder(problem.challenge),
      });
    case 'login-second-factor-invalid': {
      const { method, codeGenerated } = problem.challenge;
      return loginFailure('totp-invalid', 'TOTP Invalid', { details: { method, codeGenerated } });
    }
    case 'session-not-found':
      return failure(404, 'Session not found');
    case 'too-many-headers':
      return failure(431, 'Request Header Fields Too Large');
    case 'database-unreachable':
      return failure(503, 'Service Unavailable');
    case 'unforeseen':
      return failure(500, 'Internal server error');
  }
}
