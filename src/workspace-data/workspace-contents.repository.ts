import { Injectable } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { Connection } from 'mongoose';
import { WORKSPACE_COLLECTIONS, WorkspaceCollection } from './collections';
import { WORKSPACE_INDEXES } from './workspace-indexes';

@Injectable()
export class WorkspaceContents {
  constructor(@InjectConnection() private readonly connection: Connection) {}

  /** The collections that are not empty. Reads one document of each. */
  async findNonEmpty(): Promise<WorkspaceCollection[]> {
    const found: WorkspaceCollection[] = [];
    for (const name of WORKSPACE_COLLECTIONS) {
      const one = await this.connection.collection(name).findOne({}, { projection: { _id: 1 } });
      if (one) found.push(name);
    }
    return found;
  }

  /** Creates the indexes that a workspace comes with. For a new workspace only (contract §2). */
  async createIndexes(): Promise<void> {
    for (const [collection, indexes] of Object.entries(WORKSPACE_INDEXES)) {
      await this.connection.collection(collection).createIndexes(indexes);
    }
  }

  async drop(): Promise<void> {
    for (const name of WORKSPACE_COLLECTIONS) await this.connection.collection(name).drop();
  }
}
