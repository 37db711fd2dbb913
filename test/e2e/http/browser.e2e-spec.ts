import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Browser, chromium, Locator, Page } from 'playwright-core';
import { PUBLISHED_SUCCESS } from '../../contract/published';
import { TestApp } from '../../support/app';
import { startPrefixProxy } from '../../support/prefix-proxy';
import { newId, TestUser } from '../../support/workspace';

const CHROMIUM = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
/** Overwritten by each run; `docs/swagger-ui.png` is a committed copy. */
const SCREENSHOT = join(__dirname, '../../../coverage/swagger-ui.png');
const PASSWORD = 'correct horse battery staple';

const hasBrowser = existsSync(CHROMIUM);
if (!hasBrowser) {
  console.warn(`Skipped the browser tests: there is no Chromium at ${CHROMIUM} (CHROMIUM_PATH).`);
}

(hasBrowser ? describe : describe.skip)('Swagger UI in a real browser', () => {
  let app: TestApp;
  let browser: Browser;
  let page: Page;
  let admin: TestUser;
  let username: string;
  let url: string;
  const consoleErrors: string[] = [];

  beforeAll(async () => {
    app = await TestApp.start({ TRUSTED_PROXY_COUNT: '1' });
    await app.workspace.createPublishedSession();

    browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
    });
  }, 60_000);

  beforeEach(async () => {
    username = newId();
    admin = await app.workspace.createUser({ password: PASSWORD, fields: { username } });
    page = await browser.newPage({ viewport: { width: 1280, height: 1250 } });
    page.on('console', (message) => {
      if (message.type() === 'error') consoleErrors.push(message.text());
    });
    page.on('pageerror', (error) => consoleErrors.push(error.message));
    page.on('request', (request) => {
      const asked = request.url();
      if (!asked.startsWith(`${url}/`) && !asked.startsWith('data:'))
        consoleErrors.push(`request to ${asked}`);
    });
  });
  afterEach(() => page.close());
  afterAll(async () => {
    await browser.close();
    await app.close();
  });

  /** Opens an operation, lets `fill` enter its input, executes it and reads the answer from the page. */
  const run = async (
    operationId: string,
    fill: (operation: Locator) => Promise<void>,
  ): Promise<unknown> => {
    const operation = page.locator(`.opblock[id$="${operationId}"]`);
    await operation.locator('.opblock-summary-control').click();
    await fill(operation);
    await operation.locator('button.execute').click();
    const answer = operation
      .locator('.live-responses-table .response-col_description code')
      .first();
    await answer.waitFor();
    return JSON.parse(await answer.innerText()) as unknown;
  };

  it.each([
    ['where the service listens', (): Promise<string> => Promise.resolve(app.url)],
    [
      'below the path of a proxy',
      (): Promise<string> => startPrefixProxy(app.url, '/chat/sessions'),
    ],
  ])(
    'signs a user in, authorizes and shows the published answer, without console errors: %s',
    async (_where, open) => {
      url = await open();
      await page.goto(`${url}/api-docs`);

      const signedIn = (await run('login', async (operation) => {
        const code = admin.codeAt(app.clock.now());
        await operation
          .locator('textarea.body-param__text')
          .fill(JSON.stringify({ user: username, password: PASSWORD, code }));
      })) as { status: string; data: { userId: string; authToken: string } };
      expect(signedIn.status).toBe('success');
      expect(signedIn.data.userId).toBe(admin.id);

      await page.locator('.auth-wrapper .authorize').first().click();
      const dialog = page.locator('.dialog-ux');
      // A client may submit the code of its login again while it is valid: it is remembered for the new token.
      const values = [signedIn.data.userId, signedIn.data.authToken, admin.codeAt(app.clock.now())];
      for (const [index, value] of values.entries()) {
        const scheme = dialog.locator('.auth-container').nth(index);
        await scheme.locator('input').fill(value);
        await scheme.locator('button.authorize').click();
      }
      await dialog.locator('button.btn-done').first().click();

      const answer = await run('sessionsInfoAdmin', async (operation) => {
        await operation
          .locator('tr[data-param-name="sessionId"] input')
          .fill(PUBLISHED_SUCCESS.sessionId);
      });
      expect(answer).toEqual(PUBLISHED_SUCCESS);
      expect(consoleErrors).toEqual([]);

      if (url !== app.url) return;
      mkdirSync(dirname(SCREENSHOT), { recursive: true });
      await page.locator('.opblock[id$="sessionsInfoAdmin"]').scrollIntoViewIfNeeded();
      await page.screenshot({ path: SCREENSHOT });
    },
    60_000,
  );
});
