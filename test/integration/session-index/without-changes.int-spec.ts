import { TestApp } from '../../support/app';
import { describeOn } from '../../support/database';
import { IndexScene } from '../../support/index-scene';
import { until } from '../../support/until';

/** The embedded database stands for a standalone server. */
const onStandalone = describeOn('embedded', 'lists without change streams');

onStandalone('the index on a server without change streams', () => {
  it('is given up with one warning, and lists do without it', async () => {
    const app = await TestApp.start({ SESSION_INDEX: 'auto' });
    const { status } = new IndexScene(app);
    await until(() => status.state === 'refused', 'the index is given up');
    const warnings = app.log.lines.filter((line) => line.includes('cannot be followed'));
    expect(warnings).toEqual([expect.stringContaining('no change streams')]);
    const caller = await app.workspace.createUser({
      personalAccessToken: { bypassTwoFactor: true },
    });
    const { sessionId } = await app.workspace.createSession();
    const answer = await app.call('/api/v1/sessions/list.all', { headers: caller.headers });
    expect(answer.body).toMatchObject({ total: 1, sessions: [{ sessionId }] });
    await app.close();
  });

  it('says nothing when it is off by configuration', async () => {
    const app = await TestApp.start({ SESSION_INDEX: 'off' });
    expect(new IndexScene(app).status.state).toBe('off');
    expect(app.log.lines.join('\n')).not.toContain('SessionIndex');
    await app.close();
  });
});
