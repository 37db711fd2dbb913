import { TestApp } from '../../support/app';
import { createUserWithProfile } from '../../support/profile';

const PASSWORD = 'correct horse';

describe('GET /api/v1/me', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
  });
  afterAll(() => app.close());

  it('answers the profile, success last', async () => {
    const { user, profile } = await createUserWithProfile(app, PASSWORD);
    const answer = await app.call('/api/v1/me', { headers: user.headers });
    expect(answer).toMatchObject({ status: 200, text: `${profile},"success":true}` });
  });

  it('omits what is not stored, and every credential', async () => {
    const user = await app.workspace.createUser({
      email2fa: true,
      fields: { name: undefined, emails: undefined, createdAt: undefined, roles: undefined },
    });
    const { text } = await app.call('/api/v1/me', { headers: user.headers });
    expect(text).toBe(
      `{"_id":"${user.id}","username":"user-${user.id}","active":true,"roles":[],` +
        '"services":{"password":{"exists":false},"totp":{"enabled":true},"email2fa":{"enabled":true}},"success":true}',
    );
  });

  it.each<[string, unknown]>([
    ['a string', 'rod@example.com'],
    ['an object', { address: 'rod@example.com' }],
    ['an empty list', []],
  ])(
    'answers 200 without an address when the stored e-mail addresses are %s',
    async (_case, emails) => {
      const user = await app.workspace.createUser({ roles: ['user'], totp: false });
      await app.workspace.db
        .collection<{ _id: string }>('users')
        .updateOne({ _id: user.id }, { $set: { emails } });
      const answer = await app.call('/api/v1/me', { headers: user.headers });
      expect(answer.status).toBe(200);
      expect(answer.body).not.toHaveProperty('email');
      await app.workspace.db.collection<{ _id: string }>('users').deleteOne({ _id: user.id });
    },
  );
});
