import { Injectable } from '@nestjs/common';
import { Caller } from '../auth/caller';
import { CursorParameters, readCursor } from '../common/paging/cursor';
import { Precondition } from './precondition.guard';

/** Refuses a foreign cursor before the second factor, as every wrong parameter (contract §1). */
@Injectable()
export class ValidCursor implements Precondition {
  /** @throws ApiError invalid-cursor */
  check(caller: Caller, parameters?: object): void {
    if (parameters) readCursor(caller.clientSecret, parameters as CursorParameters);
  }
}
