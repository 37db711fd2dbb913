import { STATUS_CODES } from 'node:http';
import { FastifyRequest } from 'fastify';
import { AuditEntry, AuditValue, LONGEST_TEXT, OK } from '../audit/audit-event';
import { notesOf } from '../audit/request-notes';
import { knownCaller } from '../auth/caller';
import { ApiError } from '../common/errors/api-error';
import { isDatabaseUnreachable } from '../common/errors/database-unreachable';
import { failureOf } from '../common/errors/request-failure';
import { Client } from '../common/http/client';
import { namedParameters } from '../common/validation/parameters.guard';
import { ParametersClass } from '../common/validation/validate-parameters';
import { RouteAudit } from './access-policy';

/** A request of a route that the log tells of, as far as it has come. */
export interface Act {
  request: FastifyRequest;
  client: Client;
  /** What the route takes, if it takes anything. */
  parameters: ParametersClass | undefined;
  audit: RouteAudit;
  /** How far it has come: a handler may go on when its client has long been answered, or has gone. */
  stage: 'arriving' | 'running' | 'over';
  /** The status that went out; null where nobody was there any more; undefined while nothing has been sent. */
  answered: number | null | undefined;
}

/** What the log says of a request. */
export function auditEntry(act: Act, ts: Date): AuditEntry {
  const { request, client, audit, answered } = act;
  const { event, refusal = event, change } = audit;
  const { result, reason } = outcomeOf(act);
  const caller = knownCaller(request);
  const { userId, username, backupCode } = notesOf(client);
  const isDone = result === OK;
  // Where nobody had to be logged in, what was done was done by whom it is about: a login.
  const actor = caller ?? (isDone ? { id: userId, username } : undefined);
  return {
    t: isDone ? event : refusal,
    ts,
    actor: {
      type: 'user',
      ...present({ _id: actor?.id, username: actor?.username }),
      ip: client.address,
      useragent: client.userAgent,
    },
    data: {
      result,
      ...present({ reason, change }),
      route: `${request.method} ${request.routeOptions.url ?? ''}`,
      answered: answered ?? null,
      ...aboutOf(act, caller !== undefined),
      ...(actor?.id !== userId && present({ userId, username })),
      ...present({ backupCode }),
    },
    found: present({ userId, username }),
  };
}

/** How a request ended: what became of what it asked for, which need not be what its client was told. */
function outcomeOf({ request, stage, answered }: Act): { result: string; reason?: string } {
  const thrown = failureOf(request);
  if (thrown instanceof ApiError) {
    return { result: thrown.problem.kind, ...present({ reason: thrown.problem.reason }) };
  }
  if (thrown !== undefined && isDatabaseUnreachable(thrown)) {
    return { result: 'database-unreachable' };
  }
  // A handler that ends and has thrown nothing has done what it was asked for, whenever that was.
  if (stage === 'over' && thrown === undefined) return { result: OK };
  if (stage === 'running') return { result: 'unfinished' };
  if (answered === null && !request.raw.complete) return { result: 'aborted' };
  return { result: kindOfStatus(answered ?? 500) };
}

/** `payload-too-large` of 413; whatever is no fault of the client's was unforeseen. */
function kindOfStatus(status: number): string {
  const phrase = status < 500 ? STATUS_CODES[status] : undefined;
  return phrase?.toLowerCase().replaceAll(' ', '-') ?? 'unforeseen';
}

/**
 * What a request names: only of who was logged in, and only where it was what the route takes. A stranger may have
 * typed anything, a password in the wrong place included.
 */
function aboutOf(
  { request, parameters, audit }: Act,
  isKnown: boolean,
): Record<string, AuditValue> {
  if (!isKnown || !parameters || !audit.about) return {};
  const named = namedParameters(request, parameters) as Record<string, unknown> | undefined;
  return present(Object.fromEntries(audit.about.map((name) => [name, named?.[name]])));
}

/**
 * What there is of these, as far as a log may hold it: what is stored was written by other programs, and what a request
 * names may have kilobytes, which must not even be counted.
 */
function present<Name extends string>(
  values: Partial<Record<Name, unknown>>,
): Partial<Record<Name, string>> & Record<string, AuditValue> {
  return Object.fromEntries(
    Object.entries(values)
      .filter((entry): entry is [string, AuditValue] =>
        ['string', 'number', 'boolean'].includes(typeof entry[1]),
      )
      .map(([name, value]) => [
        name,
        typeof value === 'string' ? value.slice(0, LONGEST_TEXT) : value,
      ]),
  ) as Partial<Record<Name, string>> & Record<string, AuditValue>;
}
