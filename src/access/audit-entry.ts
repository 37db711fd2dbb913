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

export interface Act {
  request: FastifyRequest;
  client: Client;
  parameters: ParametersClass | undefined;
  audit: RouteAudit;
  /** A handler may continue after its client was answered or has gone. */
  stage: 'arriving' | 'running' | 'over';
  /** The status that was sent; null if the client was gone; undefined while nothing was sent. */
  answered: number | null | undefined;
}

export function auditEntry(act: Act, ts: Date): AuditEntry {
  const { request, client, audit, answered } = act;
  const { event, refusal = event, change } = audit;
  const { result, reason } = outcomeOf(act);
  const caller = knownCaller(request);
  const { userId, username, backupCode } = notesOf(client);
  const isDone = result === OK;
  // On a public route, the user it was about acted: a login.
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

/** The outcome of the action, which may differ from what the client was told. */
function outcomeOf({ request, stage, answered }: Act): { result: string; reason?: string } {
  const thrown = failureOf(request);
  if (thrown instanceof ApiError) {
    return { result: thrown.problem.kind, ...present({ reason: thrown.problem.reason }) };
  }
  if (thrown !== undefined && isDatabaseUnreachable(thrown)) {
    return { result: 'database-unreachable' };
  }
  // A handler that ends without throwing has succeeded, even late.
  if (stage === 'over' && thrown === undefined) return { result: OK };
  if (stage === 'running') return { result: 'unfinished' };
  if (answered === null && !request.raw.complete) return { result: 'aborted' };
  return { result: kindOfStatus(answered ?? 500) };
}

/** 413 gives `payload-too-large`; anything that is not the client's fault was unforeseen. */
function kindOfStatus(status: number): string {
  const phrase = status < 500 ? STATUS_CODES[status] : undefined;
  return phrase?.toLowerCase().replaceAll(' ', '-') ?? 'unforeseen';
}

/** Parameters are logged for authenticated callers only: others may have typed a password into a wrong field. */
function aboutOf(
  { request, parameters, audit }: Act,
  isKnown: boolean,
): Record<string, AuditValue> {
  if (!isKnown || !parameters || !audit.about) return {};
  const named = namedParameters(request, parameters) as Record<string, unknown> | undefined;
  return present(Object.fromEntries(audit.about.map((name) => [name, named?.[name]])));
}

/** Keeps loggable values: stored ones come from other programs, and parameters may be kilobytes long. */
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
