import { escapeUnprintable } from '../../common/logging/printable';
import { OwnedLogin } from '../../session-index/live-row';

/** A session as `list.all` shows it, without what never leaves the service. */
export function jsonOf({
  sessionId,
  userId,
  device,
  host,
  ip,
  loginAt,
  _user,
}: OwnedLogin): object {
  return {
    sessionId,
    userId,
    device: device ?? null,
    host: host ?? null,
    ip,
    loginAt,
    ...(_user && { _user }),
  };
}

/** One line for a program, which a terminal may show as well. */
export function jsonLine(value: object): string {
  return `${escapeUnprintable(JSON.stringify(value))}\n`;
}

/** One line for a person. Other programs and clients wrote what it shows. */
export function lineOf({
  sessionId,
  userId,
  device,
  host,
  ip,
  loginAt,
  _user,
}: OwnedLogin): string {
  const at = loginAt instanceof Date ? loginAt.toISOString() : '-';
  const shown = [
    at,
    sessionId,
    _user?.username ?? userId,
    ip,
    host,
    device?.name,
    device?.os?.name,
  ];
  return shown
    .map((value) => escapeUnprintable(typeof value === 'string' ? value : '-'))
    .join('  ');
}
