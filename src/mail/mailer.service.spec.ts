import { Logger } from '@nestjs/common';
import { Mailbox } from '../../test/support/mailbox';
import { loadConfiguration } from '../config/configuration';
import { MailNotSent } from './mail-not-sent';
import { Mailer } from './mailer.service';

const MAIL = { subject: 'A code', text: '123456', html: '<p>123456</p>' };

let mailbox: Mailbox;
let warnings: string[];
beforeEach(async () => {
  // It does not offer STARTTLS.
  mailbox = await Mailbox.open();
  warnings = [];
  jest.spyOn(Logger.prototype, 'warn').mockImplementation((message: string) => {
    warnings.push(message);
  });
});
afterEach(async () => {
  jest.restoreAllMocks();
  await mailbox.close();
});

const send = (SMTP_URL: string, env: Record<string, string> = {}): Promise<void> => {
  const { mail, http } = loadConfiguration({ SMTP_URL, ...env });
  return new Mailer(mail, http).send(['ada@example.com'], MAIL);
};

describe('Mailer with a server that offers no TLS', () => {
  it('sends neither mail nor password, and logs what to do', async () => {
    const url = mailbox.farUrl.replace('smtp://', 'smtp://user:hunter2@');
    await expect(send(url)).rejects.toThrow(MailNotSent);
    expect(mailbox.connections).toBe(1);
    expect(mailbox.mails).toEqual([]);
    expect(warnings).toEqual([expect.stringContaining('SMTP_ALLOW_PLAINTEXT')]);
    expect(warnings.join()).not.toContain('hunter2');
  });

  it('reports that the server has certainly not taken the mail, so the code may be withdrawn', async () => {
    await expect(send(mailbox.farUrl)).rejects.toMatchObject({ isCertain: true });
  });

  it('sends the mail when the operator has allowed plaintext', async () => {
    await send(mailbox.farUrl, { SMTP_ALLOW_PLAINTEXT: 'true' });
    expect(mailbox.mails).toHaveLength(1);
  });

  it('sends the mail when the server is on this machine', async () => {
    await send(mailbox.url);
    expect(mailbox.mails).toHaveLength(1);
  });

  it('gets no mail when its URL requires TLS', async () => {
    const env = { SMTP_ALLOW_PLAINTEXT: 'true' };
    await expect(send(`${mailbox.url}?requireTLS=true`, env)).rejects.toThrow(MailNotSent);
    await expect(send(`${mailbox.farUrl}?requireTLS=true`, env)).rejects.toThrow(MailNotSent);
    expect(mailbox.mails).toEqual([]);
  });
});
