import { FastifyRequest } from 'fastify';
import { header } from './client';
import { FORM_TYPE, readMediaType } from './media-type';

/** Longer than any origin with a name of DNS in it. */
const MAX_ORIGIN = 300;

/**
 * Whether a request is a form that a page of somebody else has posted. Browsers send such forms wherever a page likes,
 * from its visitors' addresses, and ask nobody first, as they do for JSON; but they say where it comes from
 * (`Sec-Fetch-Site`, W3C Fetch Metadata; older ones `Origin`, RFC 6454 §7). Programs other than browsers send neither.
 */
export function isForeignForm(request: FastifyRequest): boolean {
  if (readMediaType(header(request, 'content-type') ?? '') !== FORM_TYPE) return false;
  const site = header(request, 'sec-fetch-site');
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return true;
  const origin = header(request, 'origin');
  return origin !== undefined && hostOf(origin) !== header(request, 'host')?.toLowerCase();
}

/** With its port; undefined for `null`, which is nobody's origin, and for nonsense. */
function hostOf(origin: string): string | undefined {
  if (origin.length > MAX_ORIGIN || !URL.canParse(origin)) return undefined;
  return new URL(origin).host || undefined;
}
