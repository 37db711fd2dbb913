import { PUBLISHED_ERRORS, PUBLISHED_SUCCESS, PublishedError } from '../../contract/published';
import { TestApp } from '../../support/app';
import { HttpAnswer } from '../../support/http';

/** Compares byte for byte except white space: parsing and serialising keeps the order of the keys. */
function expectPublished(answer: HttpAnswer, { status, body }: PublishedError): void {
  expect(answer.status).toBe(status);
  expect(answer.text).toBe(JSON.stringify(body));
  expect(answer.headers['content-type']).toMatch(/^application\/json/);
  expect(answer.headers['cache-control']).toBe('no-store');
}

describe('GET /api/v1/sessions/info.admin: published bodies', () => {
  let app: TestApp;
  let answers: Record<string, HttpAnswer>;
  let success: HttpAnswer;

  beforeAll(async () => {
    app = await TestApp.start();
    const { workspace, clock } = app;
    const admin = await workspace.createUser();
    const member = await workspace.createUser({ roles: ['user'] });
    const id = await workspace.createPublishedSession();
    const wrong = admin.codeAt(new Date(clock.now().getTime() + 3_600_000));

    success = await app.infoAdminAs(admin, id);
    answers = {
      authorization: await app.infoAdmin(id),
      noPermission: await app.infoAdminAs(member, id),
      totpRequired: await app.infoAdmin(id, admin.headers),
      totpInvalid: await app.infoAdmin(id, { ...admin.headers, 'x-2fa-code': wrong }),
      sessionNotFound: await app.infoAdminAs(admin, 'nobody'),
    };
  });

  afterAll(() => app.close());

  it('answers 200 with the published body', () => {
    expectPublished(success, { status: 200, body: PUBLISHED_SUCCESS });
  });

  it.each(Object.entries(PUBLISHED_ERRORS))(
    'answers the error %s with its published body',
    (name, error) => {
      const answer = answers[name];
      if (!answer) throw new Error(`No test provokes the published error ${name}.`);
      expectPublished(answer, error);
    },
  );
});
