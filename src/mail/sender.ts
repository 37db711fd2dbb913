import { isIP } from 'node:net';
import { MailConfig } from '../config/mail.config';

/** Whom mails come from. */
export interface Sender {
  name: string;
  address: string;
}

/** `MAIL_FROM`, or else the address by which the service logs in to the mail server, or else one at that server. */
export function senderOf({ from, smtpUrl }: MailConfig): Sender {
  if (from !== undefined) return readSender(from);
  const { username, hostname } = new URL(smtpUrl ?? 'smtp://localhost');
  const login = decodeURIComponent(username);
  const host = isIP(hostname.replace(/[[\]]/g, '')) ? 'localhost' : hostname;
  return { name: '', address: login.includes('@') ? login : `no-reply@${host}` };
}

/** Whose mails these are, for people: the sender's name, or the domain. */
export function nameOf({ name, address }: Sender): string {
  return name || address.slice(address.lastIndexOf('@') + 1);
}

/** @param text as `Example Chat <chat@example.com>`, or the address alone; judged with the configuration */
function readSender(text: string): Sender {
  const [, name = '', address = text] = /^(.*)<(.*)>$/.exec(text) ?? [];
  return { name: name.replaceAll('"', '').trim(), address };
}
