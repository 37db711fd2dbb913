import { Injectable } from '@nestjs/common';

/** Where the service takes the time from, so that tests can own it (architecture rule 6). */
export abstract class Clock {
  abstract now(): Date;
}

/** The machine's own clock. */
@Injectable()
export class SystemClock extends Clock {
  now(): Date {
    return new Date();
  }
}
