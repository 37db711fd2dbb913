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
/** After a renewal that has failed. */
const RETRY_MS = 5 * 60 * 1000;
/** How many are renewed side by side: a thousand people who come in the morning do not keep the database busy. */
const AT_ONCE = 4;
/** How many wait for that; who finds no place asks again by the next request. */
const MAX_WAITING = 1000;
/** The longest user agent that is kept while its request has been answered: no device is read from more. */
const MAX_AGENT = 1000;

/** A login whose record may have to be renewed. */
type UsedLogin = Login & { loginAt: Date };

/**
 * Keeps the record of a login visible while its token works (contract §5). The workspace's own jobs remove records after
 * 45 days, so a token that is used here renews it, at most once a day, behind the answer and out of the request's way.
 *
 * It never brings back what has ended: a record is renewed by one statement that demands that nobody has stamped it, and
 * one that is made anew is stamped when its token turns out to be gone.
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

  /** What has not begun is left to the next request, here or elsewhere. */
  onModuleDestroy(): void {
    this.stopped = true;
    this.waiting = [];
  }

  private note({ id, roles, token }: Caller, source: () => RequestSource): void {
    // A personal access token is no login; a login of today has the record that was made with it.
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
      this.background.run('Renewing the record of a login', () =>
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
   * Recreates the session document of a login whose last one has been removed. Revoking removes the token before it
   * stamps the documents: so either it finds this one, or it is seen here that the token is gone.
   */
  private async recreate(login: UsedLogin, now: Date): Promise<void> {
    const { userId, hashedToken } = login;
    await this.sessions.recreate(login, now);
    if (await this.users.holdsToken(userId, hashedToken)) return;
    const revocation = { by: userId, reason: 'workspace' } as const;
    await this.lifecycle.revoke({ token: { owner: userId, hashedToken } }, revocation);
  }
}
