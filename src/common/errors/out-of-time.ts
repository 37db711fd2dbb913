/** A request was given up, because it was not answered in the time that every request has. */
export class OutOfTime extends Error {
  override readonly name = 'OutOfTime';

  /** @param isClientSlow the time was spent waiting for the rest of the request */
  constructor(readonly isClientSlow: boolean) {
    super('The request was given up.');
  }
}
