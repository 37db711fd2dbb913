import { setTimeout as wait } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { randomId } from '../common/crypto/random-id';
import { DatabaseConfig } from '../config/database.config';
import { ChangedSessions, LoginKey } from '../workspace-data/sessions/session-writes';
import { SessionsRepository } from '../workspace-data/sessions/sessions.repository';
import { isText } from '../workspace-data/sessions/stored-session';
import { UsersRepository } from '../workspace-data/users/users.repository';
import { keyOf, liveRow, OwnedLogin } from './live-row';
import { LiveSessionsRepository } from './live-sessions.repository';
import { loginRowId } from './login-row-id';

const BATCH = 500;
const MAX_ROUNDS = 50;
const LONGEST_PAUSE_MS = 20;

/**
 * Writes into the index what the workspace's documents say of a login. Idempotent; any number of processes may do it at
 * once, and what is written last was read last (docs/adr/0030).
 */
@Injectable()
export class SessionProjector {
  constructor(
    private readonly rows: LiveSessionsRepository,
    private readonly sessions: SessionsRepository,
    private readonly users: UsersRepository,
    private readonly config: DatabaseConfig,
  ) {}

  /**
   * Projects every login that a change may affect. Engines differ in whether a missing owner and a null one are the same
   * in a group, so a login without a proper owner is looked up by its token.
   */
  async projectChanged(changed: ChangedSessions): Promise<void> {
    const { logins = [] } = changed;
    const owned = logins.filter(({ owner }) => isText(owner));
    const others = logins.filter(({ owner }) => !isText(owner)).map(({ token }) => token);
    const tokens = [...(changed.tokens ?? []), ...others];
    const [shown, unknown] = await Promise.all([
      this.rows.findLogins({ ...changed, tokens }),
      // Documents of tokens that no row knows yet.
      this.read(tokens),
    ]);
    await this.project([...owned, ...shown, ...[...unknown.values()].map(keyOf)]);
    await this.project(changed.ended ?? [], { areEnded: true });
  }

  /**
   * When this returns, the rows of these logins are as the workspace was at this call, or as it was later.
   * @param areEnded as far as the caller knows: their rows are expected to go
   * @throws if the database fails; the rows that stay claimed are projected by the follower
   */
  async project(logins: readonly LoginKey[], { areEnded = false } = {}): Promise<void> {
    const unique = [...new Map(logins.map((login) => [loginRowId(login), login])).values()];
    for (let start = 0; start < unique.length; start += BATCH) {
      await this.projectBatch(unique.slice(start, start + BATCH), areEnded);
    }
  }

  /**
   * The live logins of these tokens with their owners, by row id, as the workspace has them now.
   * @param expected owners that are read at the same time; any others take one read more
   */
  async read(
    tokens: readonly string[],
    expected: readonly unknown[] = [],
  ): Promise<Map<string, OwnedLogin>> {
    const early = named(expected);
    const [found, expectedProfiles] = await Promise.all([
      this.sessions.findLiveLogins([...new Set(tokens)], this.config.timeoutMs),
      this.users.findProfiles([...early]),
    ]);
    const owners = named(found.map(({ _id: { owner } }) => owner));
    const others = [...owners].filter((owner) => !early.has(owner));
    const profiles = new Map([...expectedProfiles, ...(await this.users.findProfiles(others))]);
    return new Map(
      found.map((login) => {
        const { owner } = login._id;
        const _user = typeof owner === 'string' ? profiles.get(owner) : undefined;
        return [loginRowId(keyOf(login)), { ...login, ...(_user && { _user }) }];
      }),
    );
  }

  /**
   * The claim comes before the reading. Whoever claims a row after this has read what this has read, or something newer,
   * and this must not overwrite it; but until they have written it, they may still die.
   */
  private async projectBatch(logins: readonly LoginKey[], areEnded: boolean): Promise<void> {
    let left = [...logins];
    for (let round = 0; left.length > 0; round++) {
      if (round === MAX_ROUNDS) throw new Error('The rows of these logins are contended.');
      if (round > 0) await wait(Math.random() * LONGEST_PAUSE_MS);
      const claim = randomId();
      await this.rows.claim(left, claim, { areEnded });
      const live = await this.read(
        left.map(({ token }) => token),
        areEnded ? [] : left.map(({ owner }) => owner),
      );
      const current = new Map([...live].map(([id, login]) => [id, liveRow(login)]));
      left = await this.rows.write(left, current, claim);
    }
  }
}

function named(owners: readonly unknown[]): Set<string> {
  return new Set(owners.filter((owner) => typeof owner === 'string'));
}
