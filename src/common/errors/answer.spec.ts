import { failure, publishedFailure, withRetryAfter } from './answer';

describe('failure', () => {
  it('repeats the type in brackets for programs, between the text and the details', () => {
    const { status, body } = failure(400, 'TOTP Required [totp-required]', { details: {} });
    expect(status).toBe(400);
    expect(JSON.stringify(body)).toBe(
      '{"success":false,"error":"TOTP Required [totp-required]","errorType":"totp-required","details":{}}',
    );
  });

  it('has no type where the text names none', () => {
    expect(failure(404, 'Not Found').body).toEqual({ success: false, error: 'Not Found' });
  });

  it('takes the last brackets only, however many there are', () => {
    const text = `${'['.repeat(16_000)}[error-last]`;
    expect(failure(400, text).body).toMatchObject({ errorType: 'error-last' });
  });
});

describe('publishedFailure', () => {
  it('leaves the type out', () => {
    expect(publishedFailure(403, 'No [error-x]').body).toEqual({
      success: false,
      error: 'No [error-x]',
    });
  });
});

describe('withRetryAfter', () => {
  it('adds whole seconds as a header', () => {
    expect(withRetryAfter(failure(503, 'Service Unavailable'), 5).headers).toEqual({
      'retry-after': '5',
    });
  });
});
