import { OpenAPIObject } from '@nestjs/swagger';
import Ajv from 'ajv';
import addFormats from 'ajv-formats';
import { RouteAccessChecker } from '../../../src/access/route-access.checker';
import { PUBLISHED_ERRORS, PUBLISHED_SUCCESS } from '../../contract/published';
import { TestApp } from '../../support/app';

describe('GET /api-docs', () => {
  let app: TestApp;
  let document: OpenAPIObject;

  beforeAll(async () => {
    app = await TestApp.start();
    document = (await app.call('/api-docs/openapi.json')).body as OpenAPIObject;
  });
  afterAll(() => app.close());

  it('offers the three headers under "Authorize"', () => {
    const schemes = Object.values(document.components?.securitySchemes ?? {});
    expect(schemes.map((scheme) => ('name' in scheme ? [scheme.in, scheme.name] : []))).toEqual([
      ['header', 'X-User-Id'],
      ['header', 'X-Auth-Token'],
      ['header', 'x-2fa-code'],
    ]);
  });

  it('documents the parameter, the protection and every answer of info.admin', () => {
    const operation = document.paths['/api/v1/sessions/info.admin']?.get;
    expect(operation?.parameters).toContainEqual(
      expect.objectContaining({ name: 'sessionId', in: 'query', required: true }),
    );
    expect(operation?.security).toEqual([{ userId: [], authToken: [], twoFactorCode: [] }]);
    expect(Object.keys(operation?.responses ?? {})).toEqual([
      '200',
      '400',
      '401',
      '403',
      '404',
      '429',
      '431',
      '500',
      '503',
    ]);
  });

  it('shows the published bodies of info.admin as examples', () => {
    const text = JSON.stringify(document.paths['/api/v1/sessions/info.admin']);
    expect(text).toContain(JSON.stringify(PUBLISHED_SUCCESS));
    for (const { body } of Object.values(PUBLISHED_ERRORS)) {
      expect(text).toContain(JSON.stringify(body));
    }
  });

  it('groups the enrolment routes and documents the refusals of each', () => {
    const group = Object.entries(document.paths).filter(([, { get, post }]) =>
      (get ?? post)?.tags?.includes('Two-factor authentication'),
    );
    const described = group.map(([path, { get, post }]) => {
      const { security, responses = {}, requestBody } = get ?? post ?? {};
      expect(JSON.stringify(responses['400'])).toMatch(/\[error-(2fa-|invalid-user)/);
      const asks = 'twoFactorCode' in (security?.[0] ?? {}) ? 'second factor' : '-';
      const body = requestBody ? 'body' : '-';
      return [path.slice('/api/v1/'.length), asks, body, Object.keys(responses).join(' ')];
    });
    expect(described.sort()).toEqual([
      ['users.2fa.disableEmail', 'second factor', '-', '200 400 401 408 413 429 431 500 503'],
      ['users.2fa.enableEmail', 'second factor', '-', '200 400 401 408 413 429 431 500 503'],
      ['users.2fa.sendEmailCode', '-', 'body', '200 400 408 413 429 431 500 503'],
      ['users.disableTotp', '-', 'body', '200 400 401 408 413 429 431 500 503'],
      ['users.enableTotp', 'second factor', '-', '200 400 401 408 413 429 431 500 503'],
      ['users.regenerateTotpCodes', '-', 'body', '200 400 401 408 413 429 431 500 503'],
      ['users.resetTOTP', 'second factor', 'body', '200 400 401 403 408 413 429 431 500 503'],
      ['users.totpCodesRemaining', '-', '-', '200 400 401 429 431 500 503'],
      ['users.validateTotp', '-', 'body', '200 400 401 408 413 429 431 500 503'],
    ]);
  });

  it('groups the routes for personal access tokens and documents the refusals of each', () => {
    const operations = Object.entries(document.paths).flatMap(([path, { get, post }]) => {
      const operation = get ?? post;
      return operation?.tags?.includes('Personal access tokens') ? [{ path, operation }] : [];
    });
    expect(
      operations
        .map(({ path, operation: { security, responses } }) => [
          path.replace('/api/v1/users.', ''),
          Object.keys(security?.[0] ?? {}).join(' '),
          Object.keys(responses).join(' '),
          /error-token-[a-z-]+/.exec(JSON.stringify(responses))?.[0],
        ])
        .sort(),
    ).toEqual([
      [
        'generatePersonalAccessToken',
        'userId authToken twoFactorCode',
        '200 400 401 403 408 413 429 431 500 503',
        'error-token-already-exists',
      ],
      ['getPersonalAccessTokens', 'userId authToken', '200 400 401 403 429 431 500 503', undefined],
      [
        'regeneratePersonalAccessToken',
        'userId authToken twoFactorCode',
        '200 400 401 403 408 413 429 431 500 503',
        'error-token-does-not-exists',
      ],
      [
        'removePersonalAccessToken',
        'userId authToken twoFactorCode',
        '200 400 401 403 408 413 429 431 500 503',
        'error-token-does-not-exists',
      ],
    ]);
  });

  it('documents every route of the service and no other', () => {
    const routes = app.app.get(RouteAccessChecker, { strict: false }).routes();
    const paths = routes.map(({ route }) => `/${route.split(' ')[1] ?? ''}`);
    expect(Object.keys(document.paths).sort()).toEqual(paths.sort());
  });

  it('shows examples that match their schemas', () => {
    const ajv = addFormats(new Ajv({ strict: false }));
    const contents = Object.entries(document.paths).flatMap(([path, { get, post }]) =>
      Object.entries((get ?? post)?.responses ?? {}).flatMap(([status, response]) => {
        const content = response && 'content' in response ? response.content : undefined;
        return [{ at: `${path} ${status}`, ...content?.['application/json'] }];
      }),
    );
    expect(contents.length).toBeGreaterThan(100);
    for (const { at, schema, example, examples = {} } of contents) {
      const validate = ajv.compile(schema ?? false);
      const values = Object.values(examples).map(
        (named): unknown => 'value' in named && named.value,
      );
      for (const value of example === undefined ? values : [example as unknown, ...values]) {
        expect({ at, value, isValid: validate(value) }).toMatchObject({ isValid: true });
      }
    }
  });

  it('lists the group of device management first', () => {
    expect(document.tags?.map(({ name }) => name)).toEqual([
      'Device management',
      'Ways in',
      'Signing in',
      'Two-factor authentication',
      'Personal access tokens',
      'Audit trail',
      'Health',
    ]);
  });

  it('serves a page that sends requests to this service only', async () => {
    const page = await app.call('/api-docs');
    expect(page.status).toBe(200);
    expect(page.text).not.toMatch(/(src|href)="(https?:)?\/\//);
    const { text } = await app.call('/api-docs/swagger-ui-init.js');
    expect(text).toContain('"validatorUrl": null');
    expect(page.headers['content-security-policy']).toContain("connect-src 'self'");
  });
});
