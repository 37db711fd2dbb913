import { isIPv4, isIPv6 } from 'node:net';

/** The longest DNS name (RFC 1035 §2.3.4), with a port. */
const MAX_LENGTH = 253 + ':65535'.length;
/** RFC 1123 §2.1, and the underscore that container networks use. */
const LABEL = /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/i;

/**
 * Returns a valid Host header (RFC 9110 §7.2), else '' (contract §5): administrators see it, so a client must not forge
 * it.
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
  // A name that ends in a number must be an IPv4 address (URL standard, "ends in a number").
  return !/^\d+$/.test(labels.at(-1) ?? '') || isIPv4(name);
}
