import { setTimeout as wait } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { Connection } from 'mongoose';
import { Clock } from '../common/clock/clock';
import { HttpConfig } from '../config/http.config';

/** How long an answer stands, so that a flood of probes costs one round trip a second. */
const FRESH_MS = 1000;
/** Shorter than any probe waits (Kubernetes' default is a second). */
const LONGEST_WAIT_MS = 900;

/** Whether the database answers as a primary: another member would refuse the writes that nearly every request needs. */
@Injectable()
export class DatabasePing {
  /** The driver may take longer than anybody here waits, so the next judgement waits for the same answer. */
  private asking: Promise<boolean> | undefined;
  private judging: Promise<boolean> | undefined;
  private last: { isUp: boolean; at: number } | undefined;
  private readonly waitMs: number;

  constructor(
    @InjectConnection() private readonly connection: Connection,
    private readonly clock: Clock,
    { requestTimeoutMs }: HttpConfig,
  ) {
    // The deadline of the request must not answer in its place.
    this.waitMs = Math.min(LONGEST_WAIT_MS, requestTimeoutMs / 2);
  }

  /** Shared by all who ask at once, and for a second after. Never fails. */
  async isUp(): Promise<boolean> {
    if (this.last && this.isFresh(this.last.at)) return this.last.isUp;
    this.judging ??= this.judge().finally(() => {
      this.judging = undefined;
    });
    return this.judging;
  }

  /** A clock that was set back must not keep an answer. */
  private isFresh(at: number): boolean {
    const age = this.clock.now().getTime() - at;
    return age >= 0 && age < FRESH_MS;
  }

  private async judge(): Promise<boolean> {
    this.asking ??= this.ask().finally(() => {
      this.asking = undefined;
    });
    const giveUp = wait(this.waitMs, false, { ref: false });
    const isUp = await Promise.race([this.asking, giveUp]);
    this.last = { isUp, at: this.clock.now().getTime() };
    return isUp;
  }

  private async ask(): Promise<boolean> {
    try {
      const hello = await this.connection.getClient().db('admin').command({ hello: 1 });
      return hello.isWritablePrimary === true;
    } catch {
      return false;
    }
  }
}
