export interface Answer {
  readonly status: number;
  readonly body: object;
  readonly headers?: Record<string, string>;
}

/** Repeats a type in brackets at the end of `error` as `errorType`, so no refusal can forget it (contract §1). */
export function failure(status: number, error: string, more: object = {}): Answer {
  const errorType = typeIn(error);
  return { status, body: { success: false, error, ...(errorType && { errorType }), ...more } };
}

/** For the two published bodies without `errorType` (contract §1). */
export function publishedFailure(status: number, error: string): Answer {
  return { status, body: { success: false, error } };
}

export function withRetryAfter(answer: Answer, seconds: number): Answer {
  return { ...answer, headers: { ...answer.headers, 'retry-after': String(seconds) } };
}

function typeIn(error: string): string | undefined {
  return error.endsWith(']') ? error.slice(error.lastIndexOf('[') + 1, -1) : undefined;
}
