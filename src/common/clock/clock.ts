import { Injectable } from '@nestjs/common';

/** The source of the current time; tests replace it (architecture rule 6). */
export abstract class Clock {
  abstract now(): Date;
}

@Injectable()
export class SystemClock extends Clock {
  now(): Date {
    return new Date();
  }
}
