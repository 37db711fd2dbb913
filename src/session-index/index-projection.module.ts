import { Module } from '@nestjs/common';
import { WorkspaceDataModule } from '../workspace-data/workspace-data.module';
import { IndexRebuilder } from './index.rebuilder';
import { LiveSessionCounter } from './live-session.counter';
import { LiveSessionsRepository } from './live-sessions.repository';
import { SessionProjector } from './session.projector';

const PARTS = [LiveSessionsRepository, SessionProjector, LiveSessionCounter, IndexRebuilder];

/** Writes the index, without following anything: for a command too. */
@Module({ imports: [WorkspaceDataModule], providers: PARTS, exports: PARTS })
export class IndexProjectionModule {}
