import { Injectable } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { Connection } from 'mongoose';
import { Clock } from '../../common/clock/clock';
import { isDuplicateKey } from '../../common/errors/duplicate-key';
import { OperatorError } from '../../common/errors/operator-error';
import { randomId } from '../../common/crypto/random-id';
import { IMPORTS_COLLECTION, workspaceCollections } from './workspace-collections';

/** The one document of `ws_imports`. */
interface StoredNote {
  _id: 'import';
  /** Tells one import from another. */
  run: string;
  startedAt: Date;
}

/**
 * The note in the database that an import is at work in it. It can be made only once, which decides between several
 * that begin at the same time; and it stays when one is broken off.
 */
@Injectable()
export class ImportLock {
  private readonly run = randomId();

  constructor(
    @InjectConnection() private readonly connection: Connection,
    private readonly clock: Clock,
  ) {}

  /** @throws Refusal when an import is at work in the database, or was broken off there */
  async refuseIfThere(): Promise<void> {
    if (await this.isThere()) throw await this.unfinished();
  }

  /** Whether there is a note of another import than this process's. */
  async isThere(): Promise<boolean> {
    return (await this.notes.findOne({ run: { $ne: this.run } })) !== null;
  }

  /** @throws Refusal when there is a note already */
  async make(): Promise<void> {
    try {
      await this.notes.insertOne({ _id: 'import', run: this.run, startedAt: this.clock.now() });
    } catch (error) {
      throw isDuplicateKey(error) ? await this.unfinished() : error;
    }
  }

  /** @returns false when the note is not ours any more: somebody has cleared the database meanwhile */
  async remove(): Promise<boolean> {
    const { deletedCount } = await this.notes.deleteOne({ _id: 'import', run: this.run });
    // An empty collection would be all that tells of the import. Whoever makes a note just now finds a workspace.
    if (deletedCount === 1) await this.notes.drop();
    return deletedCount === 1;
  }

  private async unfinished(): Promise<OperatorError> {
    const { db, name } = this.connection;
    const begun = [...(db ? await workspaceCollections(db) : []), IMPORTS_COLLECTION];
    return new OperatorError(
      `The database "${name}" holds an import that is not finished: another is at work, or one was broken off.
Nothing has been changed. If no other is running, drop these collections, the last one last, and
import again: ${begun.join(', ')}.`,
    );
  }

  private get notes() {
    return this.connection.collection<StoredNote>(IMPORTS_COLLECTION);
  }
}
