import { STATUS_CODES } from 'node:http';
import { FastifyRequest } from 'fastify';
import {
  AuditEntry,
  AuditEvent,
  AuditValue,
  LONGEST_TEXT,
  OK,
  UNFINISHED,
} from '../audit/audit-event';
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
  /** When its record was stored ahead of the change, under that id. */
  announced?: { id: string; ts: Date };
  /** Its record cannot be stored: another attempt would only take more time. */
  isUnstorable?: boolean;
}

const SECOND_FACTOR_FAILURES = ['second-factor-invalid', 'second-factor-locked'];

export function auditEntry(act: Act, ts: Date): AuditEntry {
  const { request, client, audit, answered } = act;
  const { change } = audit;
  const { result, reason } = outcomeOf(act);
  const caller = knownCaller(request);
  const event = caller && isPreview(act) ? (audit.preview ?? audit.event) : audit.event;
  const { userId, username, backupCode, matched } = notesOf(client);
  const isDone = result === OK;
  // On a public route, the user it was about acted: a login.
  const actor = caller ?? (isDone ? { id: userId, username } : undefined);
  return {
    t: isDone || result === UNFINISHED ? event : refusalEvent({ ...audit, event }, result),
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
      route: routeOf(request),
      requestId: request.id,
      answered: answered ?? null,
      ...aboutOf(act, caller !== undefined),
      ...(actor?.id !== userId && present({ userId, username })),
      ...present({ backupCode, matched }),
    },
    found: present({ userId, username }),
    // What users do to themselves names nobody else.
    ...(request.method !== 'GET' && { subject: actor?.id }),
  };
}

/** Whether the service itself refused it for the client's fault. Whatever else went wrong may have changed something. */
export function isRefused({ request, client }: Act): boolean {
  const thrown = failureOf(request);
  const isSpent = notesOf(client).backupCode !== undefined;
  return thrown instanceof ApiError && thrown.problem.status < 500 && !isSpent;
}

export function routeOf(request: FastifyRequest): string {
  return `${request.method} ${request.routeOptions.url ?? ''}`;
}

function isPreview({ request, parameters, audit }: Act): boolean {
  if (!audit.preview || !parameters) return false;
  const named: { dryRun?: unknown } | undefined = namedParameters(request, parameters);
  return named?.dryRun === true;
}

function refusalEvent({ event, refusal }: RouteAudit, result: string): AuditEvent {
  if (refusal) return refusal;
  return SECOND_FACTOR_FAILURES.includes(result) ? 'second-factor.failed' : event;
}

/** The outcome of the action, which may differ from what the client was told. */
function outcomeOf({ request, stage, answered }: Act): { result: string; reason?: string } {
  // Also if its client was told 503 meanwhile: what becomes of the act is not known.
  if (stage === 'running') return { result: UNFINISHED };
  const thrown = failureOf(request);
  if (thrown instanceof ApiError) {
    return { result: thrown.problem.kind, ...present({ reason: thrown.problem.reason }) };
  }
  if (thrown !== undefined && isDatabaseUnreachable(thrown)) {
    return { result: 'database-unreachable' };
  }
  // A handler that ends without throwing has succeeded, even late.
  if (stage === 'over' && thrown === undefined) return { result: OK };
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
  return present(Object.fromEntries(audit.about.map((name) => [name, asValue(named?.[name])])));
}

function asValue(parameter: unknown): unknown {
  return typeof parameter === 'object' && parameter !== null
    ? JSON.stringify(parameter, withoutTexts)
    : parameter;
}

/**
 * Of a filter only that there was one, as someone may have pasted a leaked token (docs/adr/0020); of several ids their
 * number.
 */
function withoutTexts(name: string, value: unknown): unknown {
  if (name === 'filter') return true;
  return Array.isArray(value) && value.length !== 1 ? value.length : value;
}

/** Keeps loggable values: stored ones come from other programs, and parameters may be kilobytes long. */
function present<Name extends string>(
  values: Partial<Record<Name, unknown>>,
): Partial<Record<Name, string>> & Record<string, AuditValue> {
  const kept: Record<string, AuditValue> = {};
  for (const name of Object.keys(values) as Name[]) {
    const value: unknown = values[name];
    if (typeof value === 'string') kept[name] = value.slice(0, LONGEST_TEXT);
    else if (typeof value === 'number' || typeof value === 'boolean') kept[name] = value;
  }
  return kept as Partial<Record<Name, string>> & Record<string, AuditValue>;
}
