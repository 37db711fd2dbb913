import { MailConfig } from '../../config/mail.config';
import { Mailer } from '../../mail/mailer.service';
import { Check, Deployment } from '../check';
import { fail, Finding, ok, warn } from '../finding';

/** @param failure why the mail server cannot be used; undefined when it accepts mail */
export function assessMail(config: MailConfig, failure: string | undefined): Finding {
  if (config.smtpUrl === undefined) {
    return warn(
      'SMTP_URL is not set: e-mail codes are off, and users without another factor are refused',
      'Set SMTP_URL, unless no user relies on e-mail codes.',
    );
  }
  if (failure !== undefined) {
    return fail(
      `the mail server cannot be used: ${failure}`,
      'Check SMTP_URL (host, port, user name, password, TLS) and that this machine may reach the server.',
    );
  }
  if (config.allowPlaintext && !config.smtpUrl.startsWith('smtps:')) {
    return warn(
      'the mail server accepts mail; SMTP_ALLOW_PLAINTEXT lets codes and its password go in plain text',
      'Let the server offer TLS, and remove SMTP_ALLOW_PLAINTEXT.',
    );
  }
  return ok('the mail server accepts the connection and the sign-in');
}

/** Connects to the mail server and signs in, but sends nothing. */
export const MAIL_CHECK: Check<Deployment> = {
  name: 'mail',
  run: async ({ configuration: { mail, http } }) =>
    assessMail(mail, await new Mailer(mail, http).verify()),
};
