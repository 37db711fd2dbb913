import { failure, publishedFailure, withRetryAfter } from './answer';

describe('failure', () => {
  it('repeats the type in brackets between the text and the details', () => {
    const { status, body } = failure(400, 'TOTP Required [totp-required]', { details: {} });
    expect(status).toBe(400);
    expect(JSON.stringify(body)).toBe(
      '{"success":false,"error":"TOTP Required [totp-required]","errorType":"totp-required","details":{}}',
    );
  });

  it('leaves the type out when the text names none', () => {
    expect(failure(404, 'Not Found').body).toEqual({ success: false, error: 'Not Found' });
  });

  it('takes the type from the last brackets only', () => {
    const text = `${'['.repeat(16_000)}[error-last]`;
    expect(failure(400, text).body).toMatchObject({ errorType: 'error-last' });
  });
});

describe('publishedFailure', () => {
  it('leaves the type out of a published failure', () => {
    expect(publishedFailure(403, 'No [error-x]').body).toEqual({
      success: false,
      error: 'No [error-x]',
    });
  });
});

describe('withRetryAfter', () => {
  it('adds the whole seconds as a header', () => {
    expect(withRetryAfter(failure(503, 'Service Unavailable'), 5).headers).toEqual({
      'retry-after': '5',
    });
  });
});
