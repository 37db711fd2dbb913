import { createParamDecorator, ExecutionContext } from '@nestjs/common';
import { FastifyRequest } from 'fastify';
import { header } from '../common/http/client';

export type AuditFormat = 'json' | 'ndjson' | 'csv';

export const MEDIA_TYPES = {
  json: 'application/json',
  ndjson: 'application/x-ndjson',
  csv: 'text/csv',
} as const satisfies Record<AuditFormat, string>;

/** What `Accept` prefers of the formats that the route offers; JSON if it names none of them. */
export const RequestedFormat = createParamDecorator(
  (_: unknown, context: ExecutionContext): AuditFormat =>
    formatOf(header(context.switchToHttp().getRequest<FastifyRequest>(), 'accept')),
);

/** RFC 9110 §12.5.1, for exact types and `*` only: the highest weight wins, then the first. */
export function formatOf(accept = ''): AuditFormat {
  let best: AuditFormat = 'json';
  let highest = 0;
  for (const range of accept.toLowerCase().split(',')) {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim());
    const format = formatNamed(type);
    const weight = weightIn(parameters);
    if (format && weight > highest) [best, highest] = [format, weight];
  }
  return best;
}

function formatNamed(type: string): AuditFormat | undefined {
  if (type === '*/*') return 'json';
  return (Object.keys(MEDIA_TYPES) as AuditFormat[]).find((name) => MEDIA_TYPES[name] === type);
}

function weightIn(parameters: readonly string[]): number {
  const given = parameters.find((parameter) => parameter.startsWith('q='));
  const weight = given === undefined ? 1 : Number(given.slice(2));
  return weight >= 0 && weight <= 1 ? weight : 0;
}
