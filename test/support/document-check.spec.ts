import { OpenAPIObject } from '@nestjs/swagger';
import { checkAnswer, checkAnswersOf, takeViolations } from './document-check';

const URL = 'http://127.0.0.1:1';
const ROUTE = `${URL}/api/v1/me`;
const schema = {
  type: 'object',
  required: ['name', 'success'],
  additionalProperties: false,
  properties: { name: { type: 'string', nullable: true }, success: { enum: [true] } },
};
const content = { 'application/json': { schema } };
const document = {
  paths: { '/api/v1/me': { get: { responses: { 200: { description: 'Me.', content } } } } },
} as unknown as OpenAPIObject;

const HEADERS = { 'x-request-id': 'a', 'content-type': 'application/json; charset=utf-8' };

function violations(
  status: number,
  body: unknown,
  method = 'GET',
  url = ROUTE,
  headers = {},
): string[] {
  const text = JSON.stringify(body ?? null);
  checkAnswer(method, url, { status, body, text, headers: { ...HEADERS, ...headers } });
  return takeViolations();
}

describe('checkAnswer', () => {
  beforeAll(() => {
    checkAnswersOf(URL, document);
  });

  it('accepts documented answers, and refusals of unknown routes', () => {
    expect(violations(200, { name: null, success: true })).toEqual([]);
    expect(violations(404, {}, 'GET', `${URL}/api/v1/you`)).toEqual([]);
    expect(violations(404, {}, 'PUT')).toEqual([]);
  });

  it.each([
    ['a missing property', 200, { success: true }],
    ['an undocumented property', 200, { name: 'x', token: 'y', success: true }],
    ['a property of the wrong type', 200, { name: 1, success: true }],
    ['an undocumented status', 418, { name: 'x', success: true }],
    ['a missing body', 200, undefined],
  ])('reports %s', (_what, status, body) => {
    expect(violations(status, body)).toHaveLength(1);
  });

  it('reports an answer without an x-request-id on any path', () => {
    const none = { 'x-request-id': undefined };
    expect(violations(200, {}, 'GET', `${URL}/api-docs`)).toEqual([]);
    expect(violations(200, {}, 'GET', `${URL}/api-docs`, none)).toHaveLength(1);
  });

  it('reports a success or a failure of an unknown route', () => {
    expect(violations(200, {}, 'GET', `${URL}/api/v1/you`)).toHaveLength(1);
    expect(violations(500, {}, 'GET', `${URL}/api/v1/you`)).toHaveLength(1);
  });
});
