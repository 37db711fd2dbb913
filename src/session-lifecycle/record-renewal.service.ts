import { Injectable, OnModuleDestroy, OnModuleInit } from '@nestjs/common';
import { Caller } from '../auth/caller';
import { RequestSource, TokenUses } from '../auth/token-uses';
import { BackgroundTasks } from '../common/background/background-tasks.service';
import { Clock } from '../common/clock/clock';
import { isPersonalAccessToken } from '../workspace-data/users/stored-token';
import { UsersRepository } from '../workspace-data/users/users.repository';
import { Login } from '../workspace-data/sessions/session-document';
import { SessionLifecycle } from './session-lifecycle.service';
import { RenewalTimes } from './renewal-times';
import { SessionRenewalRepository } from '../workspace-data/sessions/session-renewal.repository';

const DAY_MS = 24 * 60 * 60 * 1000;
/** After a failed renewal. */
const RETRY_MS = 5 * 60 * 1000;
/** Parallel renewals: a thousand users who arrive in the morning must not overload the database. */
const AT_ONCE = 4;
/** Beyond this, a login waits for its next request. */
const MAX_WAITING = 1000;
/** Longer user agents are cut while they wait: no device is read from more. */
const MAX_AGENT = 1000;

type UsedLogin = Login & { loginAt: Date };

/**
 * Keeps the session document of a login visible while its token works (contract §5). Rocket.Chat's jobs remove
 * documents after 45 days, so a token used here renews its own at most once a day, after the answer.
 * It never brings back an ended session: one statement renews a document only if it is not stamped, and a recreated one
 * is stamped if its token turns out to be gone.
 */
@Injectable()
export class RecordRenewal implements OnModuleInit, OnModuleDestroy {
  private readonly times = new RenewalTimes();
  private waiting: UsedLogin[] = [];
  private running = 0;
  private stopped = false;

  constructor(
    private readonly sessions: SessionRenewalRepository,
    private readonly uses: TokenUses,
    private readonly users: UsersRepository,
    private readonly lifecycle: SessionLifecycle,
    private readonly background: BackgroundTasks,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.uses.watch((caller, source) => {
      this.note(caller, source);
    });
  }

  /** The next request, here or in another process, renews what has not begun. */
  onModuleDestroy(): void {
    this.stopped = true;
    this.waiting = [];
  }

  private note({ id, roles, token }: Caller, source: () => RequestSource): void {
    // A personal access token is no login, and a login younger than a day still has its first document.
    if (isPersonalAccessToken(token) || this.stopped) return;
    const { hashedToken, when } = token;
    const now = this.clock.now();
    const isOld = now.getTime() >= when.getTime() + DAY_MS;
    if (!isOld || !this.times.isDue(hashedToken, now)) return;
    if (this.waiting.length >= MAX_WAITING) return;
    this.times.postpone(hashedToken, now, DAY_MS);
    const { client, host } = source();
    const from = { ...client, userAgent: client.userAgent.slice(0, MAX_AGENT) };
    this.waiting.push({ userId: id, roles, hashedToken, client: from, host, loginAt: when });
    this.begin();
  }

  private begin(): void {
    while (this.running < AT_ONCE) {
      const login = this.waiting.shift();
      if (!login) return;
      this.running += 1;
      this.background.run('Renewing the session document of a login', () =>
        this.renew(login).finally(() => {
          this.running -= 1;
          this.begin();
        }),
      );
    }
  }

  private async renew(login: UsedLogin): Promise<void> {
    const now = this.clock.now();
    try {
      const isThere =
        (await this.sessions.renewNewest(login, now)) || (await this.sessions.isListed(login));
      if (!isThere) await this.recreate(login, now);
    } catch (error) {
      this.times.postpone(login.hashedToken, now, RETRY_MS);
      throw error;
    }
  }

  /**
   * Recreates a removed session document. A revocation removes the token before it stamps the documents, so either it
   * finds this one, or the check below finds the token gone.
   */
  private async recreate(login: UsedLogin, now: Date): Promise<void> {
    const { userId, hashedToken } = login;
    await this.sessions.recreate(login, now);
    if (await this.users.holdsToken(userId, hashedToken)) return;
    // Whoever ended it, it was not this request.
    const revocation = { by: undefined, reason: 'workspace' } as const;
    await this.lifecycle.revoke({ token: { owner: userId, hashedToken } }, revocation);
  }
}
