import { Injectable } from '@nestjs/common';
import { PipelineStage } from 'mongoose';
import { addressesOf } from '../common/http/address-block';
import { ApiError } from '../common/errors/api-error';
import { DatabaseConfig } from '../config/database.config';
import { keyOf, OwnedLogin } from '../session-index/live-row';
import { LiveSessionSelector } from '../session-index/live-session.selector';
import { loginRowId } from '../session-index/login-row-id';
import { SessionProjector } from '../session-index/session.projector';
import {
  NEWEST_OF_EACH_LOGIN,
  newestOfTokens,
} from '../workspace-data/sessions/live-logins.pipeline';
import {
  JOIN_OWNER,
  liveDocuments,
  SHOWN,
} from '../workspace-data/sessions/live-sessions.pipeline';
import { LoginKeysRepository } from '../workspace-data/sessions/login-keys.repository';
import { LoginKey } from '../workspace-data/sessions/session-writes';
import { LiveLogin, SessionsRepository } from '../workspace-data/sessions/sessions.repository';
import { UserNamesRepository } from '../workspace-data/users/user-names.repository';
import { Condition, rowConditions } from './row-conditions';
import { CONFIRMATION_REQUIRED, TOO_MANY_ADDRESSES } from './session-selection.problems';
import { SessionSelector } from './session-selector';

/** What bounds a selection beside its selector. */
export interface SelectionBounds {
  /** Sessions that began later are left alone. */
  moment: Date;
  /** Whether clients may have reconnected since that moment. */
  isRepeated?: boolean;
  /** The hash of a token whose session is not meant. */
  spared?: string;
}

/** A selector with everything looked up that its conditions need. */
export interface Selection {
  bounds: SelectionBounds;
  /** For rows, wherever they are read. */
  conditions: Condition[];
  owners: string[] | undefined;
  text: string | undefined;
  /** Only these. */
  logins: LoginKey[] | undefined;
  /** Whether an address is meant: their condition knows only those that there were. */
  isInBlock?: (address: string) => boolean;
  /** Logins with a newer document that began before the moment. */
  resumed: LoginKey[];
}

export interface Tally {
  sessions: number;
  /** A session that names no owner counts as one more. */
  users: number;
}

export type Direction = 'newest first' | 'oldest first';

export const SELECTION_LIMITS = {
  /** A query that names more addresses would become too long for the database. */
  addresses: 200_000,
  /** Logins with a document from after the dry run, which must be looked at to know who has only come back. */
  resumed: 5000,
};

/** A list in place of the token or the session id matches by its elements; it is no session. */
const NO_LISTS: PipelineStage = {
  $match: { '_id.token': { $not: { $type: 'array' } }, sessionId: { $not: { $type: 'array' } } },
};

/**
 * Finds the live sessions that a selector means: in the index while it can be used, otherwise by folding the workspace's
 * documents. What is found must be confirmed from the workspace before anything is done to it.
 */
@Injectable()
export class SelectedSessions {
  constructor(
    private readonly sessions: SessionsRepository,
    private readonly logins: LoginKeysRepository,
    private readonly names: UserNamesRepository,
    private readonly index: LiveSessionSelector,
    private readonly projector: SessionProjector,
    private readonly config: DatabaseConfig,
  ) {}

  /**
   * Looks up what the selector names: up to one indexed read each for usernames, session ids and logins that came back,
   * and one scan of the matching rows for an address block.
   * @throws ApiError too-many-addresses; confirmation-required when too much has changed since the moment
   */
  async resolve(selector: SessionSelector, bounds: SelectionBounds): Promise<Selection> {
    const { usernames, sessionIds, userIds, filter, ip } = selector;
    const { timeoutMs } = this.config;
    const [ids, logins, resumed] = await Promise.all([
      usernames && this.names.findIds(usernames),
      sessionIds && this.logins.findLoginsOf(sessionIds, timeoutMs),
      bounds.isRepeated
        ? this.logins.findResumed(bounds.moment, SELECTION_LIMITS.resumed, timeoutMs)
        : [],
    ]);
    if (!resumed) throw new ApiError(CONFIRMATION_REQUIRED);
    const selection: Selection = {
      bounds,
      conditions: rowConditions(selector, ids),
      owners: userIds ?? ids,
      text: filter,
      logins,
      resumed,
    };
    if (ip === undefined) return selection;
    const isInBlock = addressesOf(ip);
    const condition = await this.addressCondition(isInBlock, selection);
    return { ...selection, isInBlock, conditions: [...selection.conditions, condition] };
  }

  /** How many sessions match, and of how many users. One scan of the matching rows. */
  async tally(selection: Selection): Promise<Tally> {
    const byUser = { $group: { _id: '$userId', sessions: { $sum: 1 } } };
    const all = { $group: { _id: null, sessions: { $sum: '$sessions' }, users: { $sum: 1 } } };
    const [tally] = await this.read<Tally>(selection, [byUser, all]);
    return { sessions: tally?.sessions ?? 0, users: tally?.users ?? 0 };
  }

  /** The first logins that match, in order. One read. */
  async page(selection: Selection, direction: Direction, count: number): Promise<LoginKey[]> {
    const step = direction === 'newest first' ? -1 : 1;
    if (!this.index.isUsable) {
      const sort = { $sort: { loginAt: step, sessionId: step, _id: step } } as const;
      const rows = await this.read<LiveLogin>(selection, [
        sort,
        { $limit: count },
        { $project: { _id: 1 } },
      ]);
      return rows.map(keyOf);
    }
    const rows = await this.read<{ token: string; userId?: unknown }>(selection, [
      { $sort: { 'at.loginAt': step } },
      { $limit: count },
      { $project: { _id: 0, token: 1, userId: 1 } },
    ]);
    return rows.map(({ token, userId: owner }) => ({ token, owner }));
  }

  /**
   * Those that are live by the workspace's own records at this moment and still match, in the order given. Mends the rows
   * of the others in the index. One indexed read, and two more if any of them is missing while clients may reconnect.
   * @param withOwners also the public parts of their owners
   */
  async confirm(
    selection: Selection,
    logins: readonly LoginKey[],
    { withOwners = false } = {},
  ): Promise<OwnedLogin[]> {
    if (logins.length === 0) return [];
    const live = await this.readLive(selection, logins, withOwners);
    const isMissing = (login: LoginKey): boolean => !live.has(loginRowId(login));
    const missing = logins.filter(isMissing);
    if (missing.length > 0 && selection.bounds.isRepeated) {
      // Their clients may have reconnected since the selection was resolved.
      const { timeoutMs } = this.config;
      const tokens = missing.map(({ token }) => token);
      const resumed = await this.logins.findBegun(selection.bounds.moment, tokens, timeoutMs);
      const back = { ...selection, resumed };
      const found = resumed.length > 0 ? await this.readLive(back, missing, withOwners) : [];
      for (const [id, login] of found) live.set(id, login);
    }
    const wrong = missing.filter(isMissing);
    // At once: the next call must not find them again.
    if (wrong.length > 0 && this.index.isUsable) await this.projector.project(wrong);
    return logins.flatMap((login) => live.get(loginRowId(login)) ?? []);
  }

  /** By row id; with others of the same tokens. */
  private async readLive(
    selection: Selection,
    logins: readonly LoginKey[],
    withOwners: boolean,
  ): Promise<Map<string, OwnedLogin>> {
    const tokens = logins.map(({ token }) => token);
    const joined = withOwners && selection.text === undefined ? JOIN_OWNER : [];
    const stages = [...inWorkspace(selection, tokens), ...joined, SHOWN];
    const live = new Map<string, OwnedLogin>();
    for await (const login of this.sessions.stream<OwnedLogin>(stages, this.config.timeoutMs)) {
      const { isInBlock = (): boolean => true } = selection;
      if (isInBlock(String(login.ip))) live.set(loginRowId(keyOf(login)), login);
    }
    return live;
  }

  /**
   * Names every spelling of an address in the block that a matching row has, or every other one, whichever is shorter:
   * other programs wrote them, and no database can tell.
   */
  private async addressCondition(
    isInBlock: (address: string) => boolean,
    selection: Selection,
  ): Promise<Condition> {
    const inside: unknown[] = [];
    const outside: unknown[] = [];
    const found = await this.stream<{ _id: unknown }>(selection, [{ $group: { _id: '$ip' } }]);
    for await (const { _id } of found) {
      (typeof _id === 'string' && isInBlock(_id) ? inside : outside).push(_id);
      if (Math.min(inside.length, outside.length) > SELECTION_LIMITS.addresses)
        throw new ApiError(TOO_MANY_ADDRESSES);
    }
    const named = inside.length <= outside.length ? { $in: inside } : { $nin: outside };
    // A list would match by its elements; it is no address.
    return { ip: { ...named, $not: { $type: 'array' } } };
  }

  private async read<Row extends object>(
    selection: Selection,
    stages: PipelineStage[],
  ): Promise<Row[]> {
    const rows: Row[] = [];
    for await (const row of await this.stream<Row>(selection, stages)) rows.push(row);
    return rows;
  }

  private async stream<Row extends object>(
    selection: Selection,
    stages: PipelineStage[],
  ): Promise<AsyncIterable<Row>> {
    if (!this.index.isUsable) {
      const found = inWorkspace(
        selection,
        selection.logins?.map(({ token }) => token),
      );
      return this.sessions.stream<Row>([...found, ...stages], this.config.timeoutMs);
    }
    const { conditions, text } = selection;
    const all = [...conditions, ...bounded(selection, loginRowId, 'token')];
    return this.index.stream<Row>([await this.index.matching(all, text), ...stages]);
  }
}

/** @param tokens if the rows of these alone are wanted */
function inWorkspace(selection: Selection, tokens: readonly string[] | undefined): PipelineStage[] {
  const { owners, text, conditions } = selection;
  const documents = tokens
    ? newestOfTokens(tokens)
    : [liveDocuments(owners ? { userId: { $in: owners } } : {}), ...NEWEST_OF_EACH_LOGIN];
  const all = [...conditions, ...bounded(selection, groupIdOf, '_id.token')];
  return [
    ...documents,
    NO_LISTS,
    ...(text === undefined ? [] : JOIN_OWNER),
    { $match: { $and: all } },
  ];
}

/** What selects rows by themselves, and not by what they show. */
function bounded(
  { bounds: { moment, spared }, logins, resumed }: Selection,
  idOf: (login: LoginKey) => unknown,
  tokenPath: string,
): Condition[] {
  const began = { loginAt: { $not: { $gt: moment } } };
  const cameBack = { _id: { $in: resumed.map(idOf) } } as Condition;
  return [
    resumed.length > 0 ? { $or: [began, cameBack] } : began,
    ...(logins ? [{ _id: { $in: logins.map(idOf) } } as Condition] : []),
    ...(spared === undefined ? [] : [{ [tokenPath]: { $ne: spared } }]),
  ];
}

/** As a `$group` by token and owner writes it. */
function groupIdOf({ token, owner }: LoginKey): object {
  return owner === undefined ? { token } : { token, owner };
}
