import { FastifyRequest } from 'fastify';
import { header } from './client';
import { FORM_TYPE, readMediaType } from './media-type';

const MAX_ORIGIN = 300;

/**
 * Whether another site's page posted this form. Browsers send forms without a preflight, unlike JSON, but name the
 * source: `Sec-Fetch-Site` (W3C Fetch Metadata), older ones `Origin` (RFC 6454 §7). Other programs send neither.
 */
export function isForeignForm(request: FastifyRequest): boolean {
  if (readMediaType(header(request, 'content-type') ?? '') !== FORM_TYPE) return false;
  const site = header(request, 'sec-fetch-site');
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return true;
  const origin = header(request, 'origin');
  return origin !== undefined && hostOf(origin) !== header(request, 'host')?.toLowerCase();
}

/** With port; undefined for the opaque origin `null` and for malformed values. */
function hostOf(origin: string): string | undefined {
  if (origin.length > MAX_ORIGIN || !URL.canParse(origin)) return undefined;
  return new URL(origin).host || undefined;
}
