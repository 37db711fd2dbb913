/** The mail server has not said that it took a mail. */
export class MailNotSent extends Error {
  /**
   * @param isCertain no part of it can have gone out: the server was not reached, or it refused. Otherwise it may have
   * been taken all the same
   */
  constructor(readonly isCertain: boolean) {
    super('The mail was not sent.');
  }
}
