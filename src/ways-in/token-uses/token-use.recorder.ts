import { Injectable, OnModuleDestroy, OnModuleInit } from '@nestjs/common';
import { Caller } from '../../auth/caller';
import { TokenUses } from '../../auth/token-uses';
import { BackgroundTasks } from '../../common/background/background-tasks.service';
import { Clock } from '../../common/clock/clock';
import { RenewalTimes } from '../../session-lifecycle/renewal-times';
import { isPersonalAccessToken } from '../../workspace-data/users/stored-token';
import { TokenUsesRepository, USE_INTERVAL_MS, UsedToken } from './token-uses.repository';

/** Tokens whose uses one command notes. */
const BATCH = 100;
/** Beyond this, a token waits for its next request. */
const MAX_WAITING = 1000;

/** Notes when personal access tokens are used, behind the answer and at most once in five minutes for each. */
@Injectable()
export class TokenUseRecorder implements OnModuleInit, OnModuleDestroy {
  private readonly times = new RenewalTimes();
  private waiting: UsedToken[] = [];
  private isWriting = false;
  private stopped = false;

  constructor(
    private readonly tokenUses: TokenUses,
    private readonly repository: TokenUsesRepository,
    private readonly background: BackgroundTasks,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.tokenUses.watch(({ token }) => {
      this.note(token);
    });
  }

  onModuleDestroy(): void {
    this.stopped = true;
  }

  private note(token: Caller['token']): void {
    if (!isPersonalAccessToken(token) || this.stopped) return;
    const { hashedToken } = token;
    const at = this.clock.now();
    if (!this.times.isDue(hashedToken, at) || this.waiting.length >= MAX_WAITING) return;
    this.times.postpone(hashedToken, at, USE_INTERVAL_MS);
    this.waiting.push({ hashedToken, at });
    if (this.isWriting) return;
    this.isWriting = true;
    this.background.run('Noting the use of access tokens', () => this.write());
  }

  private async write(): Promise<void> {
    try {
      while (this.waiting.length > 0) await this.repository.note(this.waiting.splice(0, BATCH));
    } finally {
      this.isWriting = false;
    }
  }
}
