const MAX_LENGTH = 200;
/** Unreserved characters only (RFC 3986 §2.3). Two slashes at the start would name another host. */
const PREFIX = /^(?:\/[A-Za-z0-9._~-]+)+$/;

/** Whether a text is the path below which a proxy publishes the service, such as `/sessions`. */
export function isPathPrefix(text: string): boolean {
  if (text.length > MAX_LENGTH || !PREFIX.test(text)) return false;
  return text.split('/').every((segment) => segment !== '.' && segment !== '..');
}
