import { ValidateIf } from 'class-validator';
import { Variable } from './environment-variable';
import { MailServer, TextLike, YesOrNo } from './environment.rules';

export class MailConfig {
  /** May hold a password. Absent: e-mail codes are off. */
  @Variable('SMTP_URL')
  @ValidateIf((config: MailConfig) => config.smtpUrl !== undefined)
  @MailServer()
  smtpUrl: string | undefined = undefined;

  /** Whether mails and the password of `SMTP_URL` may go unencrypted to a server without TLS. */
  @Variable('SMTP_ALLOW_PLAINTEXT')
  @YesOrNo()
  allowPlaintext = false;

  @Variable('MAIL_FROM')
  @ValidateIf((config: MailConfig) => config.from !== undefined)
  @TextLike(
    /^([^<>\p{Cc}]*<[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)$/u,
    'an address, as chat@example.com or Example Chat <chat@example.com>',
  )
  from: string | undefined = undefined;
}
