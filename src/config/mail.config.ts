import { ValidateIf } from 'class-validator';
import { Variable } from './environment-variable';
import { MailServer, TextLike, YesOrNo } from './environment.rules';

/** Through which server mails go, and whom they come from. */
export class MailConfig {
  /** The mail server. Absent: codes by e-mail are off. It may hold a password. */
  @Variable('SMTP_URL')
  @ValidateIf((config: MailConfig) => config.smtpUrl !== undefined)
  @MailServer()
  smtpUrl: string | undefined = undefined;

  /** Whether mails, and the password of `SMTP_URL`, may go in plain text to a server that offers no TLS. */
  @Variable('SMTP_ALLOW_PLAINTEXT')
  @YesOrNo()
  allowPlaintext = false;

  /** Who mails come from. Absent: an address at the mail server. */
  @Variable('MAIL_FROM')
  @ValidateIf((config: MailConfig) => config.from !== undefined)
  @TextLike(
    /^([^<>\p{Cc}]*<[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)$/u,
    'an address, as chat@example.com or Example Chat <chat@example.com>',
  )
  from: string | undefined = undefined;
}
