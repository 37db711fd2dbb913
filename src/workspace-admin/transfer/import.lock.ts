import { Injectable } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { Connection } from 'mongoose';
import { Clock } from '../../common/clock/clock';
import { isDuplicateKey } from '../../common/errors/duplicate-key';
import { OperatorError } from '../../common/errors/operator-error';
import { randomId } from '../../common/crypto/random-id';
import { IMPORTS_COLLECTION, workspaceCollections } from './workspace-collections';

interface StoredLock {
  _id: 'import';
  /** Identifies one import. */
  run: string;
  startedAt: Date;
}

/** Marks a database in which an import runs. Only one import can take the lock, and an interrupted one leaves it. */
@Injectable()
export class ImportLock {
  private readonly run = randomId();

  constructor(
    @InjectConnection() private readonly connection: Connection,
    private readonly clock: Clock,
  ) {}

  /** @throws OperatorError when an import is running in the database, or was interrupted */
  async refuseIfHeld(): Promise<void> {
    if (await this.isHeld()) throw await this.unfinished();
  }

  /** Whether another import holds the lock. */
  async isHeld(): Promise<boolean> {
    return (await this.locks.findOne({ run: { $ne: this.run } })) !== null;
  }

  /** @throws OperatorError when the lock is taken */
  async acquire(): Promise<void> {
    try {
      await this.locks.insertOne({ _id: 'import', run: this.run, startedAt: this.clock.now() });
    } catch (error) {
      throw isDuplicateKey(error) ? await this.unfinished() : error;
    }
  }

  /** Returns false when this import has lost the lock, because another program cleared the database. */
  async release(): Promise<boolean> {
    const { deletedCount } = await this.locks.deleteOne({ _id: 'import', run: this.run });
    // An empty collection would remain. An import that takes the lock at this moment finds the workspace.
    if (deletedCount === 1) await this.locks.drop();
    return deletedCount === 1;
  }

  private async unfinished(): Promise<OperatorError> {
    const { db, name } = this.connection;
    const begun = [...(db ? await workspaceCollections(db) : []), IMPORTS_COLLECTION];
    return new OperatorError(
      `The database "${name}" holds an import that is not finished: another import is running, or one was interrupted.
Nothing has been changed. If none is running, drop these collections in this order, and
import again: ${begun.join(', ')}.`,
    );
  }

  private get locks() {
    return this.connection.collection<StoredLock>(IMPORTS_COLLECTION);
  }
}
