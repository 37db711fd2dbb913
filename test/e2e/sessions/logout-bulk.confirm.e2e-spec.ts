import { writeCursor } from '../../../src/common/paging/cursor';
import { clientSecretOf } from '../../../src/auth/login-token';
import { BulkScene } from '../../support/bulk-scene';
import {
  invalidParameters,
  NO_PERMISSION,
  TOTP_REQUIRED,
  typedRefusal,
} from '../../support/expectations';
import { newId, TestUser } from '../../support/workspace';

const CONFIRMATION_REQUIRED = typedRefusal('Confirmation required [error-confirmation-required]');
const SELECTOR = { host: 'target.example.com' };
const UNKNOWN = invalidParameters('must NOT have additional properties');
const TEXT = invalidParameters('must be string');

describe('POST /api/v1/sessions/logout.bulk: what it demands', () => {
  let scene: BulkScene;
  let sessionId: string;

  beforeAll(async () => {
    scene = await BulkScene.start("the workspace's documents");
  });
  beforeEach(async () => {
    await scene.clear();
    sessionId = await scene.createSession(SELECTOR);
    // Another minute: no record is merged with one of the test before.
    scene.app.clock.advance({ seconds: 60 });
  });
  afterAll(() => scene.app.close());

  const untouched = async (): Promise<void> => {
    expect(await scene.live()).toEqual([sessionId]);
    expect(await scene.endings()).toEqual([]);
  };
  const another = (): Promise<TestUser> =>
    scene.app.workspace.createUser({ personalAccessToken: { bypassTwoFactor: true } });

  it('answers in the documented bytes', async () => {
    const { clock } = scene.app;
    const preview = await scene.post({ selector: SELECTOR, dryRun: true });
    const { confirm, sessions } = preview.body as { confirm: string; sessions: object[] };
    const confirmExpires = new Date(clock.now().getTime() + 600_000).toISOString();
    expect(preview.text).toBe(
      JSON.stringify({
        dryRun: true,
        matched: 1,
        users: 1,
        sessions,
        confirm,
        confirmExpires,
        success: true,
      }),
    );
    const act = await scene.post({ selector: SELECTOR, confirm });
    expect(act.text).toBe('{"matched":1,"ended":1,"remaining":0,"success":true}');
    const without = await scene.post({ selector: SELECTOR });
    expect([without.status, without.text]).toEqual([
      400,
      '{"success":false,"error":"Confirmation required [error-confirmation-required]","errorType":"error-confirmation-required"}',
    ]);
  });

  it('changes nothing by a dry run, whatever stands beside it', async () => {
    const { confirm } = await scene.preview(SELECTOR);
    const more = { confirm, reason: 'x', includeOwn: true };
    const answer = await scene.post({ selector: SELECTOR, dryRun: true, ...more });
    expect(answer.body).toMatchObject({ dryRun: true, matched: 1 });
    await untouched();
  });

  it.each<[string, (confirm: string) => string | undefined]>([
    ['is missing', () => undefined],
    ['is empty', () => ''],
    ['has another moment', (confirm) => `1${confirm}`],
    [
      'has an earlier moment',
      (confirm) => `${Number(confirm.split('.')[0]) - 1}.${confirm.split('.')[1] ?? ''}`,
    ],
    [
      'has another signature',
      (confirm) => `${confirm.slice(0, -1)}${confirm.endsWith('A') ? 'B' : 'A'}`,
    ],
    ['lacks its signature', (confirm) => confirm.split('.')[0]],
    ['has a blank behind it', (confirm) => `${confirm} `],
    ['has another part behind it', (confirm) => `${confirm}.x`],
    ['is padded as base64', (confirm) => `${confirm}=`],
    ['is long', () => 'a'.repeat(50_000)],
    ['has a moment of no time', () => `9999999999999999.${'a'.repeat(43)}`],
  ])('refuses a confirmation that %s', async (_case, change) => {
    const { confirm } = await scene.preview(SELECTOR);
    const changed = change(confirm);
    expect(await scene.post({ selector: SELECTOR, confirm: changed })).toMatchObject(
      CONFIRMATION_REQUIRED,
    );
    await untouched();
  });

  it('refuses one whose last character was changed, also where the bytes would be the same', async () => {
    const { confirm } = await scene.preview(SELECTOR);
    const others = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    for (const last of others.replace(confirm.slice(-1), '').split('')) {
      const changed = `${confirm.slice(0, -1)}${last}`;
      expect(await scene.post({ selector: SELECTOR, confirm: changed })).toMatchObject(
        CONFIRMATION_REQUIRED,
      );
    }
  });

  it('refuses one of another caller, of another login, of another selector, and a cursor', async () => {
    const { confirm } = await scene.preview(SELECTOR);
    const moment = confirm.split('.')[0] ?? '';
    const secret = clientSecretOf(scene.admin.token);
    const refused: [object, string, TestUser?][] = [
      [SELECTOR, confirm, await another()],
      [
        SELECTOR,
        confirm,
        await scene.app.workspace.addAccessToken(scene.admin, { bypassTwoFactor: true }),
      ],
      [{ ...SELECTOR, deviceName: 'Firefox' }, confirm],
      [{ host: 'Target.example.com' }, confirm],
      [SELECTOR, writeCursor(secret, [['host', SELECTOR.host]], [Number(moment)])],
    ];
    for (const [selector, given, by] of refused) {
      expect(await scene.post({ selector, confirm: given }, by)).toMatchObject(
        CONFIRMATION_REQUIRED,
      );
    }
    await untouched();
  });

  it('holds for ten minutes, and not a moment longer', async () => {
    const { confirm } = await scene.preview(SELECTOR);
    scene.app.clock.advance({ seconds: 600 });
    expect(await scene.post({ selector: SELECTOR, confirm })).toMatchObject(CONFIRMATION_REQUIRED);
    await untouched();
    const second = await scene.preview(SELECTOR);
    scene.app.clock.advance({ seconds: 599 });
    expect(await scene.end(SELECTOR, second.confirm)).toMatchObject({ ended: 1 });
  });

  it('holds for the same selector in another spelling', async () => {
    const ids = [newId(), newId()];
    const selector = { userIds: ids, loginAfter: '2020-01-01T00:00:00Z', host: 'x' };
    const { confirm } = await scene.preview(selector);
    const spelt = {
      host: 'x',
      loginAfter: '2020-01-01T01:00:00.000+01:00',
      userIds: [...ids].reverse(),
    };
    expect(await scene.end(spelt, confirm)).toMatchObject({ matched: 0 });
  });

  it('judges selector and confirmation before it asks for a code', async () => {
    const user = await scene.app.workspace.createUser();
    const colleague = await scene.app.workspace.createUser({ roles: ['user'] });
    expect(await scene.post({ selector: {} }, colleague)).toMatchObject(NO_PERMISSION);
    expect(await scene.post({ selector: {} }, user)).toMatchObject(
      invalidParameters('must NOT have fewer than 1 properties'),
    );
    expect(await scene.post({ selector: SELECTOR }, user)).toMatchObject(CONFIRMATION_REQUIRED);
    expect(await scene.post({ selector: SELECTOR, dryRun: true }, user)).toMatchObject(
      TOTP_REQUIRED,
    );
    const headers = { ...user.headers, 'x-2fa-code': user.codeAt(scene.app.clock.now()) };
    const proven = { ...user, headers };
    const { confirm } = await scene.preview(SELECTOR, proven);
    expect(await scene.post({ selector: SELECTOR, confirm }, user)).toMatchObject(TOTP_REQUIRED);
    await untouched();
    expect(await scene.end(SELECTOR, confirm, {}, proven)).toMatchObject({ ended: 1 });
  });

  const MANY = Array.from({ length: 1001 }, (_, n) => `id-${n}`);
  it.each<[object, object]>([
    [{}, invalidParameters("must have required property 'selector'")],
    [{ dryRun: true }, invalidParameters("must have required property 'selector'")],
    [{ selector: null }, invalidParameters('must be object')],
    [{ selector: [] }, invalidParameters('must be object')],
    [{ selector: 'all' }, invalidParameters('must be object')],
    [{ selector: {} }, invalidParameters('must NOT have fewer than 1 properties')],
    [{ selector: { all: true } }, UNKNOWN],
    [{ selector: { host: 'x', $where: '1' } }, UNKNOWN],
    [{ selector: { host: 'x' }, force: true }, UNKNOWN],
    [{ selector: { host: { $ne: 'x' } } }, TEXT],
    [{ selector: { host: ['x'] } }, TEXT],
    [{ selector: { host: null } }, TEXT],
    [{ selector: { host: '\ud800' } }, TEXT],
    [{ selector: { deviceName: 7 } }, TEXT],
    [{ selector: { userIds: 'x' } }, invalidParameters('must be array')],
    [{ selector: { userIds: { length: 1 } } }, invalidParameters('must be array')],
    [{ selector: { userIds: [] } }, invalidParameters('must NOT have fewer than 1 items')],
    [{ selector: { sessionIds: MANY } }, invalidParameters('must NOT have more than 1000 items')],
    [{ selector: { usernames: ['a', { $ne: 'a' }] } }, TEXT],
    [{ selector: { usernames: ['a', ['b']] } }, TEXT],
    [{ selector: { filter: '' } }, invalidParameters('must NOT have fewer than 1 characters')],
    [
      { selector: { filter: 'x'.repeat(1001) } },
      invalidParameters('must NOT have more than 1000 characters'),
    ],
    ...[
      '',
      '10.0.0',
      '10.0.0.0/33',
      '10.0.0.0/8/8',
      '::1/129',
      'fe80::1%eth0',
      '10.0.0.0/a',
      'x',
    ].map((ip): [object, object] => [
      { selector: { ip } },
      invalidParameters('must match format "ip-or-cidr"'),
    ]),
    [{ selector: { ip: 167772160 } }, TEXT],
    [
      { selector: { loginBefore: 'yesterday' } },
      invalidParameters('must match format "date-time"'),
    ],
    ...['2026-02-30', '2025-02-29T10:00Z', '2026-04-31'].map((loginAfter): [object, object] => [
      { selector: { loginAfter } },
      invalidParameters('must match format "date-time"'),
    ]),
    [{ selector: { loginAfter: 0 } }, TEXT],
    [{ selector: SELECTOR, dryRun: 'true' }, invalidParameters('must be boolean')],
    [{ selector: SELECTOR, includeOwn: 1 }, invalidParameters('must be boolean')],
    [{ selector: SELECTOR, confirm: 7 }, TEXT],
    [
      { selector: SELECTOR, reason: '' },
      invalidParameters('must NOT have fewer than 1 characters'),
    ],
    [
      { selector: SELECTOR, reason: 'x'.repeat(201) },
      invalidParameters('must NOT have more than 200 characters'),
    ],
    [
      { selector: SELECTOR, reason: 'two\nlines' },
      invalidParameters('must match pattern "^[^\\p{Cc}\\p{Zl}\\p{Zp}]*$"'),
    ],
    [
      { selector: SELECTOR, reason: 'red \u001b[31m' },
      invalidParameters('must match pattern "^[^\\p{Cc}\\p{Zl}\\p{Zp}]*$"'),
    ],
  ])('refuses %.80j', async (body, refusal) => {
    expect(await scene.post({ dryRun: true, ...body })).toMatchObject(refusal);
    await untouched();
  });

  it('records a dry run with what it was about, and an act that ended nothing', async () => {
    const { log } = scene.app;
    await scene.preview({ ...SELECTOR, deviceName: 'Firefox' });
    expect(log.audit.at(-1)).toMatchObject({
      t: 'session.bulk-previewed',
      actor: { _id: scene.admin.id },
      data: {
        result: 'ok',
        matched: 1,
        selector: '{"host":"target.example.com","deviceName":"Firefox"}',
      },
    });
    // Someone who looks for a leaked token may paste it there.
    await scene.preview({ filter: 'leaked-token', userIds: ['a', 'b'], usernames: ['c'] });
    expect(log.audit.at(-1)?.data).toMatchObject({
      selector: '{"filter":true,"userIds":2,"usernames":["c"]}',
    });
    const records = await scene.app.workspace.db.collection('ws_audit').find().toArray();
    expect(JSON.stringify([records, log.lines])).not.toContain('leaked-token');
    const { confirm } = await scene.preview({ host: 'nowhere' });
    await scene.end({ host: 'nowhere' }, confirm, { reason: 'tidying' });
    const stored = await scene.app.workspace.db
      .collection('ws_audit')
      .find({ data: { key: 'note', value: 'tidying' } })
      .toArray();
    expect(stored).toHaveLength(1);
    expect(stored[0]?.data).toEqual(
      expect.arrayContaining([
        { key: 'result', value: 'ok' },
        { key: 'matched', value: 0 },
        { key: 'selector', value: '{"host":"nowhere"}' },
        { key: 'note', value: 'tidying' },
      ]),
    );
  });
});
