import { TestApp } from '../../support/app';
import { HttpAnswer } from '../../support/http';
import { describeSessionList, page } from '../../support/session-list.behaviour';
import { TestUser } from '../../support/workspace';

describeSessionList('list.all');

describe('GET /api/v1/sessions/list.all', () => {
  let app: TestApp;
  let caller: TestUser;

  const list = (query: string): Promise<HttpAnswer> =>
    app.call(`/api/v1/sessions/list.all?${query}`, { headers: caller.headers });

  beforeAll(async () => {
    app = await TestApp.start();
    caller = await app.workspace.createUser({ personalAccessToken: { bypassTwoFactor: true } });
    // With dots, which random ids do not contain: the filter also matches ids.
    for (const [name, username] of [
      ['.Ann', 'zoe'],
      ['.Bob', 'y.an'],
      ['.Cid', 'x.an'],
    ]) {
      const owner = await app.workspace.createUser({ fields: { name, username } });
      await app.workspace.createSession({ userId: owner.id });
    }
    await app.workspace.createSession({ userId: 'gone' });
  });
  afterAll(() => app.close());

  const names = (answer: HttpAnswer): unknown[] =>
    page(answer).sessions.map(({ _user }) => (_user as { name: string } | undefined)?.name);

  it.each([
    ['{"_user.name":1}', [undefined, '.Ann', '.Bob', '.Cid']],
    ['{"_user.name":-1}', ['.Cid', '.Bob', '.Ann', undefined]],
    ['{"_user.username":1}', [undefined, '.Cid', '.Bob', '.Ann']],
  ])('sorts by %s, with sessions of deleted owners as the smallest', async (sort, expected) => {
    expect(names(await list(`sort=${sort}`))).toEqual(expected);
  });

  it('sorts by owner before it pages', async () => {
    expect(names(await list('sort={"_user.name":-1}&count=1&offset=1'))).toEqual(['.Bob']);
  });

  it.each([
    ['.aNN', ['.Ann']],
    ['X.AN', ['.Cid']],
    ['.an', ['.Bob', '.Cid', '.Ann']],
  ])('finds the filter %s in the names of all owners', async (filter, expected) => {
    const answer = await list(`filter=${filter}&sort={"_user.username":-1}`);
    expect(new Set(names(answer))).toEqual(new Set(expected));
    expect(page(answer).total).toBe(expected.length);
  });

  it('omits the owner when the user has been deleted', async () => {
    const { sessions } = page(await list('filter=gone'));
    expect(sessions.map((row) => Object.keys(row).includes('_user'))).toEqual([false]);
  });

  it('demands the permission and a second factor', async () => {
    const member = await app.workspace.createUser({ roles: ['user'] });
    const admin = await app.workspace.createUser();
    const status = async (headers: Record<string, string>): Promise<number> =>
      (await app.call('/api/v1/sessions/list.all', { headers })).status;
    expect(await status({})).toBe(401);
    expect(await status(member.headers)).toBe(403);
    expect(await status(admin.headers)).toBe(400);
    const code = admin.codeAt(app.clock.now());
    expect(await status({ ...admin.headers, 'x-2fa-code': code })).toBe(200);
  });
});
