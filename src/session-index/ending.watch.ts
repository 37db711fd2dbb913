import { later } from '../common/clock/later';
import { Clock } from '../common/clock/clock';
import { ForeignEndings } from '../workspace-data/sessions/foreign-endings';
import { LoginKey } from '../workspace-data/sessions/session-writes';
import { LoginTokensRepository } from '../workspace-data/users/login-tokens.repository';
import {
  Change,
  ownerOfChangedTokens,
  stampedLogins,
  timeOf,
} from '../workspace-data/workspace-changes';
import { LiveSessionsRepository } from './live-sessions.repository';

/**
 * From a change of tokens to the first look at the sessions of their owner, and from there to the second. A request of
 * ours may have removed a token and not yet said why, or opened a session and not yet stored its token; none takes so
 * long. One look is not enough: such a request may have come long after the change that is looked into.
 */
const PAUSE_MS = 30_000;

interface Suspects {
  owners: readonly string[];
  at: Date;
  /** The last of their changes, in seconds of the database's time; undefined if it tells none. */
  changedAt: number | undefined;
  /** The position of the stream before their changes; undefined if the database did not tell it. */
  before: unknown;
  /** The time of the next look. */
  due: Date;
  /** Their sessions whose tokens were gone at the first look. */
  logins?: readonly LoginKey[];
}

/** Finds, in the changes of one collection, what other programs may have ended (docs/adr/0035). */
export class EndingWatch {
  /** In the order of their changes. */
  private readonly suspects = new Set<Suspects>();

  /** @param isComplete whether each session has its row that began before this time of the database, in seconds */
  constructor(
    private readonly rows: LiveSessionsRepository,
    private readonly tokens: LoginTokensRepository,
    private readonly endings: ForeignEndings,
    private readonly clock: Clock,
    private readonly isComplete: (time: number | undefined) => boolean,
  ) {}

  /**
   * Whose position a later follower must begin at, so that it suspects the same; undefined if there are no suspects.
   * Thus what is suspected needs no document of its own.
   */
  get heldBack(): Pick<Suspects, 'before'> | undefined {
    const [first] = this.suspects;
    return first;
  }

  get isDue(): boolean {
    return this.due().length > 0;
  }

  /** @param before the position of the stream before these changes */
  async see(changes: readonly Change[], before: unknown): Promise<void> {
    const stamped = changes.flatMap(stampedLogins);
    if (stamped.length > 0) await this.endings.report({ stamped });
    const owners = new Set(changes.flatMap((change) => ownerOfChangedTokens(change) ?? []));
    if (owners.size === 0) return;
    const at = this.clock.now();
    const changedAt = changes.map(timeOf).at(-1);
    const due = later(at, PAUSE_MS);
    this.suspects.add({ owners: [...owners], at, changedAt, before, due });
  }

  /** Looks at whoever is suspected long enough, until it is stopped. */
  async examine(isStopped: () => boolean): Promise<void> {
    for (const suspects of this.due()) {
      if (isStopped()) return;
      const { logins, at } = suspects;
      if (logins) {
        await this.endings.report({ tokensChanged: logins, at });
        this.suspects.delete(suspects);
      } else await this.lookFirst(suspects);
    }
  }

  private async lookFirst(suspects: Suspects): Promise<void> {
    const logins = await this.withoutTokens(suspects.owners);
    if (logins.length === 0) this.suspects.delete(suspects);
    else Object.assign(suspects, { logins, due: later(this.clock.now(), PAUSE_MS) });
  }

  /** Two indexed reads. Whether somebody else holds a token is asked at the second look. */
  private async withoutTokens(owners: readonly string[]): Promise<LoginKey[]> {
    const listed = await this.rows.findLogins({ owners });
    if (listed.length === 0) return [];
    const tokens = [...(await this.tokens.findOf(owners)).values()].flat();
    const held = new Set(tokens.map(({ hashedToken }) => hashedToken));
    return listed.filter(({ token }) => !held.has(token));
  }

  private due(): Suspects[] {
    const now = this.clock.now();
    return [...this.suspects].filter(
      ({ due, changedAt }) => due <= now && this.isComplete(changedAt),
    );
  }
}
