import { getConnectionToken } from '@nestjs/mongoose';
import { mongo, Connection } from 'mongoose';
import { SessionIndex } from '../../src/session-index/session-index.service';
import { IndexStatus } from '../../src/session-index/index.status';
import { LiveSessionsRepository } from '../../src/session-index/live-sessions.repository';
import { SessionProjector } from '../../src/session-index/session.projector';
import { SessionOrder } from '../../src/session-index/session-order';
import { SessionWrites } from '../../src/workspace-data/sessions/session-writes';
import { SessionListingService, SessionPage } from '../../src/sessions/session-listing.service';
import { ListPosition } from '../../src/session-index/list-position';
import { TestApp } from './app';

/** What a list shows of a row. */
export interface ShownRow {
  sessionId: string;
  [field: string]: unknown;
}

export interface Question {
  order: SessionOrder;
  filter: string;
  count: number;
}

/** The parts of a running service that make lists, without HTTP. */
export class IndexScene {
  readonly index: SessionIndex;
  readonly status: IndexStatus;
  readonly projector: SessionProjector;
  readonly rows: LiveSessionsRepository;
  readonly listing: SessionListingService;
  readonly writes: SessionWrites;
  readonly db: mongo.Db;

  constructor(readonly app: TestApp) {
    const part = <T>(type: abstract new (...args: never[]) => T): T =>
      app.app.get<T>(type, { strict: false });
    this.index = part(SessionIndex);
    this.status = part(IndexStatus);
    this.projector = part(SessionProjector);
    this.rows = part(LiveSessionsRepository);
    this.listing = part(SessionListingService);
    this.writes = part(SessionWrites);
    this.db = app.workspace.db;
  }

  get connection(): Connection {
    return this.app.app.get<Connection>(getConnectionToken());
  }

  /** Lets lists come from the index, which the test keeps by itself. */
  async use(): Promise<void> {
    await this.rows.createIndexes();
    this.status.isOn = true;
    this.status.isAlone = true;
    this.status.setBuilt(true);
    this.writes.watch((changed) => this.projector.projectChanged(changed));
  }

  /** The answer from the index. */
  async indexed(question: Question, after?: ListPosition, offset = 0): Promise<SessionPage> {
    const page = await this.index.list({ ...question, offset, after });
    if (!page) throw new Error('The index cannot be used.');
    return page;
  }

  /** The answer from the workspace's documents alone. */
  async aggregated(question: Question, after?: ListPosition, offset = 0): Promise<SessionPage> {
    this.status.isOn = false;
    try {
      return await this.listing.listAll({ ...question, offset, after });
    } finally {
      this.status.isOn = true;
    }
  }
}

/** The fields of a page that lists show; the owner as far as it is known. */
export function shown({ rows, total }: SessionPage): { rows: ShownRow[]; total: number } {
  return {
    total,
    rows: rows.map(({ sessionId, userId, device, host, ip, loginAt, _user }) => ({
      sessionId,
      userId: userId ?? null,
      device: device ?? null,
      host: host ?? null,
      ip: ip ?? null,
      loginAt: loginAt ?? null,
      _user: _user && { ..._user },
    })),
  };
}
