import { OpenAPIObject } from '@nestjs/swagger';
import { TestApp } from '../../support/app';
import { NOT_FOUND } from '../../support/expectations';

const DOCUMENT = '/api-docs/openapi.json';

describe('the API documentation', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start({ TRUSTED_PROXY_COUNT: '1' });
  });
  afterAll(() => app.close());

  const serversOf = async (at: TestApp, prefix?: string | string[]): Promise<unknown> => {
    const headers = prefix === undefined ? {} : { 'x-forwarded-prefix': prefix };
    const { body } = await at.call(DOCUMENT, { headers });
    const script = (await at.call('/api-docs/swagger-ui-init.js', { headers })).text;
    const { servers } = body as OpenAPIObject;
    // The page and the document say the same.
    const shown = servers?.map(({ url }) => script.includes(`"url": ${JSON.stringify(url)}`));
    expect(shown).toEqual(servers?.map(() => true));
    return servers?.map(({ url }) => url);
  };

  it('is not there with API_DOCS=false, which production has by default', async () => {
    const closed = await app.another({ API_DOCS: 'false' });
    for (const path of ['', '/', '/openapi.json', '/swagger-ui.css', '/swagger-ui-init.js', '/x']) {
      expect(await closed.call(`/api-docs${path}`)).toMatchObject(NOT_FOUND);
    }
    await closed.close();
  });

  it('names no server where the service is reached directly', async () => {
    expect(await serversOf(app)).toEqual([]);
  });

  it('names the prefix that a trusted proxy has stripped', async () => {
    expect(await serversOf(app, '/sessions')).toEqual(['/sessions']);
    expect(await serversOf(app, '/a/b/')).toEqual(['/a/b']);
    expect(await serversOf(app)).toEqual([]);
  });

  it.each<[string, string | string[]]>([
    ['another host', '//evil.example.com'],
    ['an address', 'https://evil.example.com'],
    ['dot segments', '/../..'],
    ['markup', '/<script>alert(1)</script>'],
    ['a script', 'javascript:alert(1)'],
    ['two prefixes', ['/a', '/b']],
    ['a list', '/a, /b'],
    ['too much', `/${'a'.repeat(5000)}`],
    ['nothing', ''],
  ])('takes no prefix that is %s', async (_case, prefix) => {
    expect(await serversOf(app, prefix)).toEqual([]);
  });

  it('takes no prefix from a peer that is no trusted proxy', async () => {
    for (const env of [{}, { TRUSTED_PROXY_COUNT: '1', TRUSTED_PROXIES: '192.0.2.1' }]) {
      const other = await app.another(env);
      expect(await serversOf(other, '/sessions')).toEqual([]);
      await other.close();
    }
  });

  it('names PUBLIC_URL, whatever a proxy says', async () => {
    const url = 'https://chat.example.com/sessions';
    const published = await app.another({ PUBLIC_URL: url, TRUSTED_PROXY_COUNT: '1' });
    expect(await serversOf(published)).toEqual([url]);
    expect(await serversOf(published, '/elsewhere')).toEqual([url]);
    await published.close();
  });
});
