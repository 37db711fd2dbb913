import { isIPv4, isIPv6 } from 'node:net';

/** The longest name of DNS (RFC 1035 §2.3.4), with a port. */
const MAX_LENGTH = 253 + ':65535'.length;
/** RFC 1123 §2.1, and the underscore that container networks put into names. */
const LABEL = /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/i;

/**
 * A Host header as it was sent, if it is a host name, an IPv4 address or an IPv6 address in brackets, with or without a
 * port (RFC 9110 §7.2); else the empty text (contract §5). Administrators look at it, so it is not for the client to choose
 * freely.
 */
export function readHost(header: string | undefined): string {
  if (header === undefined || header.length > MAX_LENGTH) return '';
  const [, name = '', port] = /^(\[[^\]]*\]|[^:]*)(?::(\d{1,5}))?$/.exec(header) ?? [];
  if (port !== undefined && Number(port) > 65_535) return '';
  return isAddressInBrackets(name) || isHostName(name) ? header : '';
}

function isAddressInBrackets(name: string): boolean {
  return name.startsWith('[') && !name.includes('%') && isIPv6(name.slice(1, -1));
}

function isHostName(name: string): boolean {
  const labels = (name.endsWith('.') ? name.slice(0, -1) : name).split('.');
  if (!labels.every((label) => LABEL.test(label))) return false;
  // What ends in a number is an address, or nothing (URL standard, "ends in a number").
  return !/^\d+$/.test(labels.at(-1) ?? '') || isIPv4(name);
}
