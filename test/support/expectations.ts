export const DAY_SECONDS = 24 * 60 * 60;

/** The documented errors, as a matcher for an answer. Bodies are compared whole. */
export const NOT_LOGGED_IN = {
  status: 401,
  text: '{"status":"error","message":"You must be logged in to do this."}',
};
export const NO_PERMISSION = {
  status: 403,
  text: '{"success":false,"error":"User does not have the permissions required for this action [error-unauthorized]"}',
};
export const TOTP_REQUIRED = {
  status: 400,
  text: '{"success":false,"error":"TOTP Required [totp-required]","errorType":"totp-required","details":{"method":"totp","codeGenerated":false,"availableMethods":["totp"]}}',
};
export const TOTP_INVALID = {
  status: 400,
  text: '{"success":false,"error":"TOTP Invalid [totp-invalid]","errorType":"totp-invalid","details":{"method":"totp","codeGenerated":false}}',
};
export const TOTP_MAX_ATTEMPTS = {
  status: 429,
  text: '{"success":false,"error":"TOTP Maximum Failed Attempts Reached [totp-max-attempts]","errorType":"totp-max-attempts","details":{"method":"totp"}}',
};
export const SESSION_NOT_FOUND = {
  status: 404,
  text: '{"success":false,"error":"Session not found"}',
};
export const NOT_FOUND = { status: 404, text: '{"success":false,"error":"Not Found"}' };
export const BAD_REQUEST = { status: 400, text: '{"success":false,"error":"Bad Request"}' };
export const SERVICE_UNAVAILABLE = {
  status: 503,
  text: '{"success":false,"error":"Service Unavailable"}',
};

export const LOGIN_REFUSED = {
  status: 401,
  text: '{"status":"error","error":"Unauthorized","message":"Unauthorized"}',
};
export const LOGIN_BLOCKED_FOR_USER = {
  status: 401,
  text: '{"status":"error","error":"error-login-blocked-for-user","message":"error-login-blocked-for-user"}',
};
export const LOGIN_BLOCKED_FOR_IP = {
  status: 401,
  text: '{"status":"error","error":"error-login-blocked-for-ip","message":"error-login-blocked-for-ip"}',
};
export const LOGIN_TOTP_REQUIRED = {
  status: 401,
  text: '{"status":"error","error":"totp-required","message":"TOTP Required","details":{"method":"totp","codeGenerated":false,"availableMethods":["totp"]}}',
};
export const LOGIN_TOTP_INVALID = {
  status: 401,
  text: '{"status":"error","error":"totp-invalid","message":"TOTP Invalid","details":{"method":"totp","codeGenerated":false}}',
};

/** A 400 whose text ends in its type, which `errorType` repeats (contract §1). */
export function typedRefusal(error: string): { status: number; text: string } {
  const [, errorType] = /\[([a-z0-9-]+)\]$/.exec(error) ?? [];
  return { status: 400, text: JSON.stringify({ success: false, error, errorType }) };
}

export function invalidParameters(message: string): { status: number; text: string } {
  return {
    status: 400,
    text: JSON.stringify({
      success: false,
      error: `${message} [invalid-params]`,
      errorType: 'invalid-params',
    }),
  };
}

/** The `details` of an answer about the second factor. */
export function detailsOf(answer: { body: unknown }): unknown {
  return (answer.body as { details?: unknown }).details;
}
