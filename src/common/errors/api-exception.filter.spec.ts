import {
  ArgumentsHost,
  BadRequestException,
  InternalServerErrorException,
  Logger,
  NotFoundException,
  PayloadTooLargeException,
  UnsupportedMediaTypeException,
} from '@nestjs/common';
import { Error as MongooseError, mongo } from 'mongoose';
import { ApiError } from './api-error';
import { failure } from './answer';
import { invalidParameters, tooManyRequests } from './common.problems';
import { ApiExceptionFilter } from './api-exception.filter';
import { OutOfTime } from './out-of-time';
import { failureOf } from './request-failure';

const SECRET = 'the-users-token';
const UNREACHABLE = { status: 503, body: { success: false, error: 'Service Unavailable' } };
const UNFORESEEN = { status: 500, body: { success: false, error: 'Internal server error' } };

interface Sent {
  status?: number;
  headers?: object;
  body?: unknown;
}

/** A refusal that a feature defines. */
const NOT_FOUND = {
  kind: 'session-not-found',
  name: 'sessionNotFound',
  when: 'There is none',
  ...failure(404, 'Session not found'),
};

describe('ApiExceptionFilter', () => {
  let logged: string[];

  beforeEach(() => {
    logged = [];
    jest.spyOn(Logger.prototype, 'error').mockImplementation((message: unknown) => {
      logged.push(String(message));
    });
  });
  afterEach(() => jest.restoreAllMocks());

  /** The answer to a thrown value, and the request that it ended. */
  function answer(thrown: unknown, isSent = false): { sent: Sent; request: object } {
    const sent: Sent = {};
    const request = {};
    const reply = {
      sent: isSent,
      code: (status: number) => ((sent.status = status), reply),
      headers: (headers: object) => ((sent.headers = headers), reply),
      send: (body: unknown) => ((sent.body = body), reply),
    };
    const http = { getRequest: () => request, getResponse: () => reply };
    new ApiExceptionFilter().catch(thrown, { switchToHttp: () => http } as never as ArgumentsHost);
    return { sent, request };
  }

  it('answers a refusal as documented, with its headers', () => {
    const { sent } = answer(new ApiError(tooManyRequests(9)));
    expect(sent).toMatchObject({ status: 429, headers: { 'retry-after': '9' } });
    expect(answer(new ApiError(NOT_FOUND)).sent).toEqual({
      status: 404,
      headers: {},
      body: { success: false, error: 'Session not found' },
    });
    expect(logged).toEqual([]);
  });

  it.each<[string, number, unknown]>([
    ['Nest for an unknown path', 404, new NotFoundException(SECRET)],
    ['Nest for a body', 400, new BadRequestException({ message: SECRET })],
    ['Nest for a large body', 413, new PayloadTooLargeException(SECRET)],
    ['Nest for another media type', 400, new UnsupportedMediaTypeException(SECRET)],
    ['Fastify', 413, Object.assign(new Error(SECRET), { statusCode: 413 })],
    ['Fastify, of another language', 400, Object.assign(new Error(SECRET), { statusCode: 415 })],
    ['Fastify, without a name', 499, Object.assign(new Error(SECRET), { statusCode: 499 })],
  ])('keeps the status of %s (%i), and sends only its name', (_by, status, thrown) => {
    const { sent } = answer(thrown);
    expect(sent.status).toBe(status);
    expect(JSON.stringify(sent)).not.toContain(SECRET);
    expect(sent.body).toEqual({ success: false, error: expect.any(String) as string });
    expect(logged).toEqual([]);
  });

  it.each<[string, unknown]>([
    ['the network', new mongo.MongoNetworkError(SECRET)],
    ['no server', new MongooseError.MongooseServerSelectionError(SECRET)],
    ['no primary', new mongo.MongoServerError({ message: SECRET, code: 10107 })],
    ['the time limit', new mongo.MongoServerError({ message: SECRET, code: 50 })],
    ['a busy pool', Object.assign(new Error(SECRET), { name: 'MongoWaitQueueTimeoutError' })],
    ['no answer in time', new OutOfTime(false)],
  ])('answers 503 when the database is unreachable: %s', (_case, thrown) => {
    expect(answer(thrown).sent).toMatchObject(UNREACHABLE);
    expect(logged).toEqual([`The database is unreachable: ${(thrown as Error).name}`]);
  });

  it('answers 408 when the client was too slow', () => {
    const { sent } = answer(new OutOfTime(true));
    expect(sent).toMatchObject({ status: 408, body: { success: false, error: 'Request Timeout' } });
  });

  it.each<[string, unknown]>([
    ['an error', new TypeError(SECRET)],
    [
      'an error of the driver',
      new mongo.MongoServerError({ message: SECRET, code: 2, keyValue: SECRET }),
    ],
    ["Nest's own server error", new InternalServerErrorException(SECRET)],
    [
      'with a status that is none of a client',
      Object.assign(new Error(SECRET), { statusCode: 503 }),
    ],
    [
      'an error whose status is not a number',
      Object.assign(new Error(SECRET), { statusCode: '404' }),
    ],
    ['an error with a lower status', Object.assign(new Error(SECRET), { statusCode: 200 })],
    ['an error of several lines', new Error(`${SECRET}\n${SECRET}`)],
    ['an error that looks like a stack', new Error(`It failed\n    at ${SECRET}:1:1`)],
    ['an object that pretends', { statusCode: 404, message: SECRET, name: 'ApiError' }],
    ['a text', SECRET],
    ['nothing', undefined],
    ['null', null],
  ])('answers 500 to an unforeseen error without its message: %s', (_case, thrown) => {
    const { sent } = answer(thrown);
    expect(sent).toEqual({ ...UNFORESEEN, headers: {} });
    expect(logged).toHaveLength(1);
    expect(logged[0]).toMatch(/^Unforeseen: /);
    expect(logged[0]).not.toContain(SECRET);
  });

  it('logs the name and the location of an error', () => {
    answer(new TypeError(SECRET));
    expect(logged[0]).toMatch(/^Unforeseen: TypeError\n\s+at .*api-exception\.filter\.spec/);
  });

  it('escapes lone surrogates of a client so that every JSON parser can read them', () => {
    const given = 'a\ud800b\udfff';
    const { sent } = answer(new ApiError(invalidParameters(given)));
    const text = JSON.stringify(sent.body);
    expect(text).toContain('a\\ud800b\\udfff');
    expect(JSON.parse(Buffer.from(text).toString())).toEqual(sent.body);
  });

  it('tells the audit log how a request ended, unless it was only aborted', () => {
    const thrown = new ApiError(NOT_FOUND);
    expect(failureOf(answer(thrown).request as never)).toBe(thrown);
    expect(failureOf(answer(new OutOfTime(false)).request as never)).toBeUndefined();
  });

  it('sends nothing after an answer has gone out, and still tells the audit log', () => {
    const thrown = new Error(SECRET);
    const { sent, request } = answer(thrown, true);
    expect(sent).toEqual({});
    expect(failureOf(request as never)).toBe(thrown);
  });
});
