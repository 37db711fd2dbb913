import { isNativeError } from 'node:util/types';
import { Injectable } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { Connection } from 'mongoose';
import { Clock } from '../../common/clock/clock';
import { OperatorError } from '../../common/errors/operator-error';
import { randomId } from '../../common/crypto/random-id';
import { FirstAdministrator } from './first-administrator';
import { hashNewPassword } from './password';
import {
  PERMISSIONS_COLLECTION,
  ROLES_COLLECTION,
  SESSIONS_COLLECTION,
  USERS_COLLECTION,
  WorkspaceCollection,
} from '../../workspace-data/collections';
import { ADMIN_ROLE } from '../../workspace-data/permissions/roles-and-permissions';
import { CredentialsRepository } from '../../workspace-data/users/credentials.repository';
import { newUserDocument } from '../../workspace-data/users/user-document';
import { WorkspaceContents } from '../../workspace-data/workspace-contents.repository';
import { ImportLock } from '../transfer/import.lock';
import { WorkspaceSeeder } from '../workspace.seeder';

const CONTENTS: Record<WorkspaceCollection, string> = {
  [USERS_COLLECTION]: 'users',
  [SESSIONS_COLLECTION]: 'sessions',
  [ROLES_COLLECTION]: 'roles',
  [PERMISSIONS_COLLECTION]: 'permissions',
};

/** Creates a workspace in an empty database, and leaves every other database alone. */
@Injectable()
export class NewWorkspace {
  constructor(
    @InjectConnection() private readonly connection: Connection,
    private readonly contents: WorkspaceContents,
    private readonly credentials: CredentialsRepository,
    private readonly seeder: WorkspaceSeeder,
    private readonly importLock: ImportLock,
    private readonly clock: Clock,
  ) {}

  /** @throws OperatorError when there is a workspace, or part of one */
  async refuseUnlessEmpty(): Promise<void> {
    await this.importLock.refuseIfHeld();
    const found = await this.findContents();
    if (found.length > 0) throw new OperatorError(this.explain(found));
  }

  /**
   * Seeds the workspace and then creates its administrator, so a workspace with one is complete. Returns their id.
   * @throws OperatorError when the password is too short, a workspace exists, or another run is creating it
   */
  async create(administrator: FirstAdministrator, password: string): Promise<string> {
    const bcrypt = await hashNewPassword(password);
    await this.refuseUnlessEmpty();
    const first = await this.unfinishedOnFailure(() => this.seeder.seed());
    if (!first) throw new OperatorError(this.explain(await this.findContents()));
    await this.refuseIfOvertaken();
    return this.unfinishedOnFailure(() => this.insert(administrator, bcrypt));
  }

  /**
   * An import checks for roles after it has taken its lock. One that missed ours is still running, which the lock shows,
   * or has finished, which the users show: it releases the lock only after the users have arrived.
   */
  private async refuseIfOvertaken(): Promise<void> {
    const isImporting = await this.importLock.isHeld();
    const found = await this.findContents();
    if (!isImporting && !found.includes('users') && !found.includes('sessions')) return;
    throw new OperatorError(
      `An import into the database "${this.connection.name}" was faster. init has created roles and permissions, but no administrator.`,
    );
  }

  private async insert(
    { username, email, name }: FirstAdministrator,
    bcrypt: string,
  ): Promise<string> {
    const id = randomId();
    const administrator = { id, username, name, email, roles: [ADMIN_ROLE.name] };
    const services = { password: { bcrypt } };
    const user = newUserDocument({ ...administrator, createdAt: this.clock.now(), services });
    await this.credentials.create(user);
    return id;
  }

  async findContents(): Promise<string[]> {
    return (await this.contents.findNonEmpty()).map((collection) => CONTENTS[collection]);
  }

  private explain(found: string[]): string {
    const holds = `The database "${this.connection.name}" holds ${found.join(', ')}`;
    if (found.includes('users') || found.includes('sessions')) {
      return `${holds}: there is a workspace already. Nothing has been changed.`;
    }
    // Not "drop the database": it may hold other data.
    return `${holds}, but no users: another init is running, or one was interrupted.
Nothing has been changed. If none is running, empty the collections ${ROLES_COLLECTION} and
${PERMISSIONS_COLLECTION} and run init again.`;
  }

  private async unfinishedOnFailure<T>(step: () => Promise<T>): Promise<T> {
    try {
      return await step();
    } catch (error) {
      const reason = isNativeError(error) ? error.name : 'unknown error';
      throw new OperatorError(
        `init could not finish (${reason}). Run it again: it says what the database holds.`,
      );
    }
  }
}
