import { availableParallelism } from 'node:os';
import { Injectable } from '@nestjs/common';
import { compare, hash } from 'bcrypt';
import { Clock } from '../common/clock/clock';
import { FairQueue } from '../common/concurrency/fair-queue';
import { HttpConfig } from '../config/http.config';

/** What libuv has unless its own variable says otherwise: bcrypt works there, and so do files and names of hosts. */
const POOL_THREADS = Number(process.env.UV_THREADPOOL_SIZE) || 4;
/** One processor and one thread are left to everybody else. */
const AT_ONCE = Math.max(1, Math.min(availableParallelism(), POOL_THREADS) - 1);
const WAITING_PER_OWNER = 100;
const WAITING = 500;

/**
 * All of the service's bcrypt: a twentieth of a second of a processor each time, and some of it for strangers. So it is
 * done few at a time, and whoever asks for it takes turns with the others (docs/adr/0007).
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
   * @param owner on whose account the work is: `address:…` of a stranger, `user:…` of somebody known
   * @throws ApiError too-many-requests or overloaded, at once, when too much is waiting
   */
  compare(text: string, hashed: string, owner: string): Promise<boolean> {
    return this.queue.run({ owner }, () => compare(text, hashed));
  }

  /**
   * @param owner as for `compare`
   * @throws ApiError as `compare`
   */
  hash(text: string, rounds: number, owner: string): Promise<string> {
    return this.queue.run({ owner }, () => hash(text, rounds));
  }
}
