import { TestApp } from '../../support/app';
import { invalidParameters, NOT_FOUND, SESSION_NOT_FOUND } from '../../support/expectations';
import { HttpAnswer } from '../../support/http';
import { TestUser } from '../../support/workspace';

describe('GET /api/v1/sessions/info.admin: sessionId', () => {
  let app: TestApp;
  let admin: TestUser;

  /** Sends the query string exactly as written. */
  const ask = (query: string): Promise<HttpAnswer> =>
    app.call(`/api/v1/sessions/info.admin${query}`, {
      headers: { ...admin.headers, 'x-2fa-code': admin.codeAt(app.clock.now()) },
    });

  beforeAll(async () => {
    app = await TestApp.start();
    admin = await app.workspace.createUser();
    await app.workspace.createSession({ sessionId: 'aBcDeFgH' });
    await app.workspace.createSession({ sessionId: 'with\u0000nul' });
    await app.workspace.createSession({ sessionId: '\ufffd' });
    await app.workspace.createSession({ sessionId: '' });
  });

  afterAll(() => app.close());

  it('finds the session whose id is exactly sessionId', async () => {
    expect((await ask('?sessionId=aBcDeFgH')).body).toMatchObject({ sessionId: 'aBcDeFgH' });
  });

  it.each([
    ['missing', ''],
    ['missing after a question mark', '?'],
    ['under another name', '?sessionid=aBcDeFgH'],
  ])('answers 400 when sessionId is %s', async (_case, query) => {
    expect(await ask(query)).toMatchObject(
      invalidParameters("must have required property 'sessionId'"),
    );
  });

  it.each([
    ['repeated', '?sessionId=aBcDeFgH&sessionId=aBcDeFgH'],
    ['an operator', '?sessionId[$ne]=x'],
    ['an encoded operator', '?sessionId%5B%24ne%5D=x'],
    ['an array', '?sessionId[]=aBcDeFgH'],
    ['text and an operator', '?sessionId=aBcDeFgH&sessionId[$gt]='],
  ])('answers 400 when sessionId is %s', async (_case, query) => {
    expect(await ask(query)).toMatchObject(invalidParameters('must be string'));
  });

  it.each([
    ['a name', '?sessionId=aBcDeFgH&other=1'],
    ['__proto__', '?sessionId=aBcDeFgH&__proto__=1'],
    ['__proto__ with a key', '?sessionId=aBcDeFgH&__proto__[sessionId]=1'],
    ['constructor', '?sessionId=aBcDeFgH&constructor=1'],
    ['an empty name', '?sessionId=aBcDeFgH&=1'],
  ])('answers 400 to an unknown parameter: %s', async (_case, query) => {
    expect(await ask(query)).toMatchObject(
      invalidParameters('must NOT have additional properties'),
    );
  });

  it.each([
    ['empty', ''],
    ['a prefix', 'aBcDeF'],
    ['in another case', 'abcdefgh'],
    ['followed by a space', 'aBcDeFgH%20'],
    ['followed by a NUL', 'aBcDeFgH%00'],
    ['cut short by a NUL', 'with'],
    ['a dot', '.'],
    ['a regular expression', '.*'],
    ['a pattern that matches', '%5EaBcDeFgH%24'],
    ['an open bracket', '%5B'],
    ['a catastrophic pattern', '(a%2B)%2B%24'],
    ['an object in JSON', '%7B%22%24ne%22%3Anull%7D'],
    ['a lone surrogate', '%ED%A0%80'],
    ['an incomplete percent-encoding', '%'],
    ['10,000 characters', 'x'.repeat(10_000)],
    ['__proto__', '__proto__'],
    ['with a byte order mark', '%EF%BB%BFaBcDeFgH'],
  ])('answers 404 when sessionId is %s', async (_case, value) => {
    expect(await ask(`?sessionId=${value}`)).toMatchObject(SESSION_NOT_FOUND);
  });

  it('finds a session whose id contains a NUL', async () => {
    expect((await ask('?sessionId=with%00nul')).body).toMatchObject({ sessionId: 'with\u0000nul' });
  });

  it('answers 431 in the documented shape to an overlong request line', async () => {
    const answer = await ask(`?sessionId=${'x'.repeat(1_000_000)}`);
    expect(answer).toMatchObject({
      status: 431,
      text: '{"success":false,"error":"Request Header Fields Too Large"}',
    });
  });

  it.each(['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])(
    'answers 404 to the method %s',
    async (method) => {
      const headers = { ...admin.headers, 'content-length': '0' };
      const answer = await app.call('/api/v1/sessions/info.admin', { method, headers });
      expect(answer).toMatchObject(NOT_FOUND);
    },
  );

  it('answers 404 to HEAD, so that it claims no code', async () => {
    const answer = await app.call('/api/v1/sessions/info.admin', { method: 'HEAD' });
    expect(answer.status).toBe(404);
  });
});
