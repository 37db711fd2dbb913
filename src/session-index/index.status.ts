import { Injectable } from '@nestjs/common';

/** The follower may be so far behind, and so long silent, while lists come from the index. */
const LONGEST_LAG_SECONDS = 5;
const LONGEST_SILENCE_MS = 10_000;

/**
 * How the index stands: `off` by configuration; `refused` while the database cannot be followed; `building`; `ready`;
 * `behind` when nobody has kept it for a while, so that lists do without it.
 */
export const INDEX_STATES = ['off', 'refused', 'building', 'ready', 'behind'] as const;
export type IndexState = (typeof INDEX_STATES)[number];

/** What a process knows of the index. For lists, metrics and the details of a health check. */
@Injectable()
export class IndexStatus {
  /** Whether this process is to use an index. */
  isOn = false;
  /** Whether this service alone writes the workspace, so that its own writes keep the index. */
  isAlone = false;
  /** Whether this process follows the workspace's changes for all. */
  isFollowing = false;
  /** How many rows there are; 0 if this process does not follow. */
  rows = 0;
  /** How many logins and rows the build of this process has looked at, the running or the last one. */
  lookedAt = 0;
  private isRefused = false;
  private isBuilt = false;
  private lag = 0;
  private heardAt = -Infinity;

  /** Whether lists may come from the index. */
  get isUsable(): boolean {
    return this.state === 'ready';
  }

  /** Whether this service's own writes go into the index at once. */
  get isKept(): boolean {
    return this.isUsable || this.isAlone;
  }

  get state(): IndexState {
    if (!this.isOn) return 'off';
    if (this.isRefused) return 'refused';
    if (!this.isBuilt) return 'building';
    if (this.isAlone) return 'ready';
    const silence = performance.now() - this.heardAt;
    const isCurrent = silence <= LONGEST_SILENCE_MS && this.lag <= LONGEST_LAG_SECONDS;
    return isCurrent ? 'ready' : 'behind';
  }

  /** How far the index was behind the workspace when its follower last said so, in seconds; infinite if it cannot say. */
  get lagSeconds(): number {
    return this.lag;
  }

  setBuilt(isBuilt: boolean): void {
    this.isBuilt = isBuilt;
  }

  /** The database does not let this process follow the workspace's changes. Until somebody is heard who does. */
  refuse(): void {
    this.isRefused = true;
    this.lag = Infinity;
  }

  /** Somebody follows the workspace's changes. */
  hear(lagSeconds: number): void {
    this.isRefused = false;
    this.lag = lagSeconds;
    this.heardAt = performance.now();
  }
}
