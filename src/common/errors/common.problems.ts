import { failure, publishedFailure, withRetryAfter } from './answer';
import { Problem } from './problem';

/** @param message as Rocket.Chat's JSON schema validator words it */
export function invalidParameters(
  message: string,
  name = 'invalidParameters',
  when = 'A parameter is missing, unknown or of the wrong kind',
): Problem {
  return { kind: 'invalid-parameters', name, when, ...failure(400, `${message} [invalid-params]`) };
}

export function tooManyRequests(seconds: number): Problem {
  const message = `Error, too many requests. Please slow down. You must wait ${seconds} seconds before trying this endpoint again. [error-too-many-requests]`;
  return {
    kind: 'too-many-requests',
    name: 'tooManyRequests',
    when: 'Too many requests of the same address or user are waiting to be verified',
    ...withRetryAfter(publishedFailure(429, message), seconds),
  };
}

/** Beyond the limit of a route, or of failed authentications from an address (contract §7). */
export function rateLimited(seconds: number): Problem {
  return {
    ...tooManyRequests(seconds),
    reason: 'rate-limit',
    name: 'rateLimited',
    when: 'Too many requests to this route in this minute, by this user or, on a public route, from this address; or too many without valid credentials from this address',
  };
}

export function overloaded(seconds: number): Problem {
  return {
    kind: 'overloaded',
    name: 'overloaded',
    when: 'Too many requests in all are waiting to be verified, or this one has waited too long',
    ...withRetryAfter(failure(503, 'Service Unavailable'), seconds),
  };
}

export const UNREADABLE_REQUEST: Problem = {
  kind: 'bad-request',
  name: 'unreadableRequest',
  when: 'The request is not HTTP (RFC 9112), for example for a control character in a header',
  ...failure(400, 'Bad Request'),
};

export const UNREADABLE_BODY: Problem = {
  kind: 'bad-request',
  name: 'unreadableBody',
  when: 'The body is not JSON, or too deep',
  ...failure(400, 'Bad Request'),
};

export const REQUEST_TIMEOUT: Problem = {
  kind: 'request-timeout',
  name: 'requestTimeout',
  when: 'The body did not arrive in time',
  ...failure(408, 'Request Timeout'),
};

export const PAYLOAD_TOO_LARGE: Problem = {
  kind: 'payload-too-large',
  name: 'payloadTooLarge',
  when: 'The body has more than 64 kB',
  ...failure(413, 'Payload Too Large'),
};

export const TOO_MANY_HEADERS: Problem = {
  kind: 'too-many-headers',
  name: 'tooManyHeaders',
  when: 'The request has more than 100 headers',
  ...failure(431, 'Request Header Fields Too Large'),
};

export const DATABASE_UNREACHABLE: Problem = {
  kind: 'database-unreachable',
  name: 'databaseUnreachable',
  when: 'The database cannot be reached at present',
  ...failure(503, 'Service Unavailable'),
};

export const UNFORESEEN: Problem = {
  kind: 'unforeseen',
  name: 'unforeseen',
  when: 'Internal error',
  ...failure(500, 'Internal server error'),
};
