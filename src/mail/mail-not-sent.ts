export class MailNotSent extends Error {
  /** @param isCertain whether no mail can have gone out; otherwise the server may have accepted it */
  constructor(readonly isCertain: boolean) {
    super('The mail was not sent.');
  }
}
