import {
  PERMISSION_CACHE_MS,
  PermissionsService,
} from '../../../src/permissions/permissions.service';
import { TestApp } from '../../support/app';
import { TcpProxy } from '../../support/tcp-proxy';

const PERMISSION = 'view-device-management';

describe('the permission cache', () => {
  let app: TestApp;

  beforeEach(async () => {
    app = await TestApp.start();
  });
  afterEach(() => app.close());

  const isGranted = (role: string, service = app): Promise<boolean> =>
    service.app.get(PermissionsService, { strict: false }).isGranted(PERMISSION, [role]);

  it('expires after three seconds to the millisecond', async () => {
    expect(await isGranted('auditor')).toBe(false);
    await app.workspace.setPermission(PERMISSION, ['auditor']);

    app.clock.advance({ seconds: (PERMISSION_CACHE_MS - 1) / 1000 });
    expect(await isGranted('auditor')).toBe(false);
    expect(await isGranted('admin')).toBe(true);

    app.clock.advance({ seconds: 0.001 });
    expect(await isGranted('auditor')).toBe(true);
    expect(await isGranted('admin')).toBe(false);
  });

  it('expires when the clock is set back', async () => {
    expect(await isGranted('auditor')).toBe(false);
    await app.workspace.setPermission(PERMISSION, ['auditor']);
    app.clock.advance({ seconds: -PERMISSION_CACHE_MS / 1000 });
    expect(await isGranted('auditor')).toBe(true);
  });

  it('reads the roles of a permission once for parallel requests, and no other field', async () => {
    const commands = await app.commandsDuring(() =>
      Promise.all(Array.from({ length: 5 }, () => isGranted('admin'))),
    );
    expect(commands.map(({ command }) => command as unknown)).toEqual([
      expect.objectContaining({ find: 'rocketchat_permissions', projection: { roles: 1 } }),
    ]);
  });

  it('does not cache a failed read', async () => {
    const proxy = await TcpProxy.start(app.databaseUri);
    const behindProxy = await app.another({
      MONGODB_URI: proxy.rewrite(app.databaseUri),
      REQUEST_TIMEOUT_MS: '1000',
      DATABASE_TIMEOUT_MS: '1000',
    });
    await proxy.cut();
    const asked = [1, 2].map(() => isGranted('admin', behindProxy));
    for (const answer of asked) await expect(answer).rejects.toThrow();

    await proxy.restore();
    expect(await isGranted('admin', behindProxy)).toBe(true);
    await behindProxy.close();
    await proxy.cut();
  });
});
