import { Injectable } from '@nestjs/common';
import { note } from '../../audit/request-notes';
import { Caller } from '../../auth/caller';
import { Clock } from '../../common/clock/clock';
import { Client } from '../../common/http/client';
import { HttpConfig } from '../../config/http.config';
import { Revocation } from '../../session-lifecycle/revocation';
import { BulkRevocation } from '../../session-selection/bulk-revocation.service';
import { SelectedSessions } from '../../session-selection/selected-sessions.service';
import { viewSession } from '../session.view';
import { BulkLogoutParameters } from './bulk-logout.parameters';
import { BulkEndedView, BulkPreviewView } from './bulk-logout.shapes';
import { readConfirmation, writeConfirmation } from './confirmation';

/** Rows that a dry run shows. */
const SHOWN_ROWS = 10;
/** Of the time of a request: the rest is for what comes before and behind. */
const SHARE_OF_TIME = 0.6;

/** Ends what a selector means, after a dry run of it (contract §6). */
@Injectable()
export class BulkLogoutService {
  constructor(
    private readonly selected: SelectedSessions,
    private readonly revocation: BulkRevocation,
    private readonly clock: Clock,
    private readonly http: HttpConfig,
  ) {}

  /** Changes nothing. */
  async preview(
    caller: Caller,
    parameters: BulkLogoutParameters,
    client: Client,
  ): Promise<BulkPreviewView> {
    const moment = this.clock.now();
    const bounds = { moment, ...spared(caller, parameters) };
    const selection = await this.selected.resolve(parameters.selected, bounds);
    const [tally, newest] = await Promise.all([
      this.selected.tally(selection),
      this.selected.page(selection, 'newest first', SHOWN_ROWS),
    ]);
    const rows = await this.selected.confirm(selection, newest, { withOwners: true });
    note(client, { matched: tally.sessions });
    return {
      dryRun: true,
      matched: tally.sessions,
      users: tally.users,
      sessions: rows.map((row) => viewSession(row.sessionId, row, row._user)),
      ...writeConfirmation(caller.clientSecret, parameters.canonical, moment),
    };
  }

  /**
   * Ends the next sessions of a confirmed selector; their tokens are gone when this returns.
   * @throws ApiError confirmation-required
   */
  async end(
    caller: Caller,
    parameters: BulkLogoutParameters,
    client: Client,
  ): Promise<BulkEndedView> {
    const began = performance.now();
    const { selected, canonical, confirm, reason } = parameters;
    const now = this.clock.now();
    const moment = readConfirmation(caller.clientSecret, canonical, confirm, now);
    const bounds = { moment, isRepeated: true, ...spared(caller, parameters) };
    const selection = await this.selected.resolve(selected, bounds);
    const revocation: Revocation = {
      by: caller.id,
      reason: 'bulk',
      ...(reason !== undefined && { note: reason }),
      client,
    };
    // Looking up what the selector names may have taken most of it.
    const budgetMs = this.http.requestTimeoutMs * SHARE_OF_TIME - (performance.now() - began);
    const outcome = await this.revocation.revokeNext(selection, revocation, { budgetMs });
    note(client, { matched: outcome.matched });
    return outcome;
  }
}

/** A document of another owner that carries the caller's token is spared too: it may belong to nobody but the caller. */
function spared({ token }: Caller, { includeOwn }: BulkLogoutParameters): { spared?: string } {
  return includeOwn ? {} : { spared: token.hashedToken };
}
