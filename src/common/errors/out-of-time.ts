/** The request exceeded `REQUEST_TIMEOUT_MS`. */
export class OutOfTime extends Error {
  override readonly name = 'OutOfTime';

  /** @param isClientSlow whether the client has not sent the whole request */
  constructor(readonly isClientSlow: boolean) {
    super('The request was given up.');
  }
}
