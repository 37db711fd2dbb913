import { isIP } from 'node:net';
import { MailConfig } from '../config/mail.config';

export interface Sender {
  name: string;
  address: string;
}

/** `MAIL_FROM`, else the login of `SMTP_URL` if it is an address, else `no-reply` at that server. */
export function senderOf({ from, smtpUrl }: MailConfig): Sender {
  if (from !== undefined) return readSender(from);
  const { username, hostname } = new URL(smtpUrl ?? 'smtp://localhost');
  const login = decodeURIComponent(username);
  const host = isIP(hostname.replace(/[[\]]/g, '')) ? 'localhost' : hostname;
  return { name: '', address: login.includes('@') ? login : `no-reply@${host}` };
}

export function nameOf({ name, address }: Sender): string {
  return name || address.slice(address.lastIndexOf('@') + 1);
}

function readSender(text: string): Sender {
  const [, name = '', address = text] = /^(.*)<(.*)>$/.exec(text) ?? [];
  return { name: name.replaceAll('"', '').trim(), address };
}
