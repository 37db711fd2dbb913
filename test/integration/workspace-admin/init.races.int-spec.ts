import { Connection, createConnection } from 'mongoose';
import { describeAdministrator } from '../../../src/workspace-admin/init/first-administrator';
import { NewWorkspace } from '../../../src/workspace-admin/init/new-workspace.service';
import { ImportLock } from '../../../src/workspace-admin/transfer/import.lock';
import { WorkspaceSeeder } from '../../../src/workspace-admin/workspace.seeder';
import {
  Permission,
  PermissionSchema,
} from '../../../src/workspace-data/permissions/permission.schema';
import { PermissionsRepository } from '../../../src/workspace-data/permissions/permissions.repository';
import { Role, RoleSchema } from '../../../src/workspace-data/permissions/role.schema';
import { CredentialsRepository } from '../../../src/workspace-data/users/credentials.repository';
import { User, UserSchema } from '../../../src/workspace-data/users/user.schema';
import { WorkspaceContents } from '../../../src/workspace-data/workspace-contents.repository';
import { openTestDatabase, TestDatabase } from '../../support/database';
import { TestClock } from '../../support/test-clock';

/** Runs a concurrent action between the check of the database and the first write. */
class OvertakenSeeder extends WorkspaceSeeder {
  constructor(
    permissions: PermissionsRepository,
    contents: WorkspaceContents,
    private readonly meanwhile: () => Promise<unknown>,
  ) {
    super(permissions, contents);
  }

  override async seed(): Promise<boolean> {
    await this.meanwhile();
    return super.seed();
  }
}

describe('workspace -- init, overtaken by an import', () => {
  const clock = new TestClock();
  let database: TestDatabase;
  let connection: Connection;

  beforeEach(async () => {
    database = await openTestDatabase();
    connection = await createConnection(database.uri).asPromise();
  }, 60_000);
  afterEach(async () => {
    await connection.close();
    await database.close();
  });

  const create = (meanwhile: () => Promise<unknown>): Promise<string> => {
    const contents = new WorkspaceContents(connection);
    const permissions = new PermissionsRepository(
      connection.model<Permission>(Permission.name, PermissionSchema),
      connection.model<Role>(Role.name, RoleSchema),
    );
    const workspace = new NewWorkspace(
      connection,
      contents,
      new CredentialsRepository(connection.model<User>(User.name, UserSchema)),
      new OvertakenSeeder(permissions, contents, meanwhile),
      new ImportLock(connection, clock),
      clock,
    );
    const administrator = describeAdministrator({ username: 'eve', email: 'eve@example.com' });
    return workspace.create(administrator, 'correct horse battery');
  };

  it.each<[string, (lock: ImportLock) => Promise<unknown>]>([
    ['has begun', (lock) => lock.acquire()],
    ['has finished', () => database.db.collection('users').insertOne({ username: 'ada' })],
  ])('creates no administrator when the import %s', async (_case, meanwhile) => {
    const creating = create(() => meanwhile(new ImportLock(connection, clock)));
    await expect(creating).rejects.toThrow(
      'was faster. init has created roles and permissions, but no administrator',
    );
    expect(await database.db.collection('users').countDocuments({ username: 'eve' })).toBe(0);
  });

  it('creates the administrator when there is no import', async () => {
    await create(() => Promise.resolve());
    expect(await database.db.collection('users').countDocuments({ username: 'eve' })).toBe(1);
  });
});
