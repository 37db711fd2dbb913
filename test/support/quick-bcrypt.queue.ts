import { Injectable } from '@nestjs/common';
import { DUMMY_HASH } from '../../src/auth/bcrypt.hasher';
import { BcryptQueue } from '../../src/auth/bcrypt.queue';

/** The fewest that bcrypt takes: a sixty-fourth of the work of the service's 2^10. */
const QUICK_ROUNDS = 4;
const QUICK_DUMMY_HASH = DUMMY_HASH.replace('$2b$10$', '$2b$04$');

/** The service's queue with less work in it, for the many tests that a hash's cost does not concern. */
@Injectable()
export class QuickBcryptQueue extends BcryptQueue {
  /** Set while a test wants the rounds that the service asks for. */
  isFull = false;

  override hash(text: string, rounds: number, owner: string): Promise<string> {
    return super.hash(text, this.isFull ? rounds : QUICK_ROUNDS, owner);
  }

  override compare(text: string, hashed: string, owner: string): Promise<boolean> {
    const isQuick = hashed === DUMMY_HASH && !this.isFull;
    return super.compare(text, isQuick ? QUICK_DUMMY_HASH : hashed, owner);
  }
}
