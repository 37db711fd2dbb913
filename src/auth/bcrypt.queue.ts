import { availableParallelism } from 'node:os';
import { Injectable } from '@nestjs/common';
import { compare, hash } from 'bcrypt';
import { Clock } from '../common/clock/clock';
import { FairQueue } from '../common/concurrency/fair-queue';
import { HttpConfig } from '../config/http.config';

/** libuv's default pool, which bcrypt shares with files and DNS. */
const POOL_THREADS = Number(process.env.UV_THREADPOOL_SIZE) || 4;
/** Leaves one processor and one thread to the rest of the service. */
const AT_ONCE = Math.max(1, Math.min(availableParallelism(), POOL_THREADS) - 1);
const WAITING_PER_OWNER = 100;
const WAITING = 500;

/**
 * A bcrypt run takes some 75 ms of a processor, also for unauthenticated clients, so all share this queue
 * (docs/adr/0007).
 */
@Injectable()
export class BcryptQueue {
  private readonly queue: FairQueue;

  constructor(clock: Clock, { requestTimeoutMs: patienceMs }: HttpConfig) {
    const limits = { atOnce: AT_ONCE, perOwner: AT_ONCE, waitingPerOwner: WAITING_PER_OWNER };
    this.queue = new FairQueue({ ...limits, waiting: WAITING, patienceMs }, () =>
      clock.now().getTime(),
    );
  }

  /**
   * @param owner `address:…` without a login, else `user:…`
   * @throws ApiError too-many-requests or overloaded, at once, when the queue is full
   */
  compare(text: string, hashed: string, owner: string): Promise<boolean> {
    return this.queue.run({ owner }, () => compare(text, hashed));
  }

  /** @throws ApiError as `compare` */
  hash(text: string, rounds: number, owner: string): Promise<string> {
    return this.queue.run({ owner }, () => hash(text, rounds));
  }
}
