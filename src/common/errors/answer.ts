/** What goes over the wire. */
export interface Answer {
  readonly status: number;
  readonly body: object;
  readonly headers?: Record<string, string>;
}

/**
 * The body that most refusals share: `"success": false` first. What stands in brackets at the end of the text is its
 * type, and goes out a second time for programs: so no refusal can forget it (contract §1).
 */
export function failure(status: number, error: string, more: object = {}): Answer {
  const errorType = typeIn(error);
  return { status, body: { success: false, error, ...(errorType && { errorType }), ...more } };
}

/** For the two bodies that were published without the type beside the text (contract §1). */
export function publishedFailure(status: number, error: string): Answer {
  return { status, body: { success: false, error } };
}

/** The same answer with the header that says when to ask again. */
export function withRetryAfter(answer: Answer, seconds: number): Answer {
  return { ...answer, headers: { ...answer.headers, 'retry-after': String(seconds) } };
}

function typeIn(error: string): string | undefined {
  return error.endsWith(']') ? error.slice(error.lastIndexOf('[') + 1, -1) : undefined;
}
