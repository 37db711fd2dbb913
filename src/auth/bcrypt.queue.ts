import { availableParallelism } from 'node:os';
import { Injectable } from '@nestjs/common';
import { compare, hash } from 'bcrypt';
import { Clock } from '../common/clock/clock';
import { FairQueue } from '../common/concurrency/fair-queue';
import { ClusterConfig } from '../config/cluster.config';
import { HttpConfig } from '../config/http.config';

const WAITING_PER_OWNER = 100;
const WAITING = 500;

/**
 * How many bcrypt runs one process does at once. Together, the processes of this machine leave at least one of its
 * processors to the rest of the service, unless there are as many processes as processors; each leaves one of its threads.
 */
export function runsAtOnce(processors: number, { workers, poolThreads }: ClusterConfig): number {
  const share = Math.floor((processors - 1) / workers);
  return Math.max(1, Math.min(share, poolThreads - 1));
}

/**
 * A bcrypt run takes some 75 ms of a processor, also for unauthenticated clients, so all of a process share this queue
 * (docs/adr/0007).
 */
@Injectable()
export class BcryptQueue {
  private readonly queue: FairQueue;

  constructor(clock: Clock, { requestTimeoutMs: patienceMs }: HttpConfig, cluster: ClusterConfig) {
    const atOnce = runsAtOnce(availableParallelism(), cluster);
    const limits = { atOnce, perOwner: atOnce, waitingPerOwner: WAITING_PER_OWNER };
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
