import { Injectable } from '@nestjs/common';
import { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import { AuditTrail } from '../audit/audit.trail';
import { OK } from '../audit/audit-event';
import { noteOrigin, notesOf, undo } from '../audit/request-notes';
import { knownCaller } from '../auth/caller';
import { Attached } from '../common/attached/attached';
import { Bag } from '../common/attached/bag';
import { BackgroundTasks } from '../common/background/background-tasks.service';
import { Clock } from '../common/clock/clock';
import { randomId } from '../common/crypto/random-id';
import { ApiError } from '../common/errors/api-error';
import { clientOf } from '../common/http/client';
import { isGivenUp, tellWhenOutOfTime } from '../common/http/request-deadline';
import { AUDIT_UNAVAILABLE } from './audit.problems';
import { Act, auditEntry, isRefused, routeOf } from './audit-entry';

/** Continues the answer with its payload, or with another one. */
type Continue = (error: null, payload: unknown) => void;

/**
 * Audits each request of an audited route, however it ends; no handler or guard can forget it (docs/adr/0020). An
 * answer leaves only when its record is stored (docs/adr/0025).
 */
@Injectable()
export class RequestAuditor {
  private readonly acts = new Attached<FastifyRequest, Act>();
  private readonly unrecorded = new Bag<Act>();

  constructor(
    private readonly trail: AuditTrail,
    private readonly background: BackgroundTasks,
    private readonly clock: Clock,
  ) {}

  /** Must be called before routes are registered. */
  observe(instance: FastifyInstance): void {
    instance.addHook('onRequest', (request, _reply, done) => {
      this.begin(request);
      done();
    });
    instance.addHook('onRoute', (route) => {
      if (route.config?.policy?.audit) this.surround(route, instance);
    });
    // Behind the last answer, and before any part of the service closes the database.
    instance.addHook('onClose', () => this.finish());
  }

  /**
   * Stores that the change of this request begins.
   * @throws ApiError audit-unavailable
   */
  async announce(request: FastifyRequest): Promise<void> {
    const act = this.acts.get(request);
    if (!act) throw new Error('An announced request must be audited.');
    const ts = this.clock.now();
    // Known before it is stored: a service that stops meanwhile amends this record, and stores no second one.
    const announced = { id: randomId(), ts };
    const entry = auditEntry(act, ts);
    act.announced = announced;
    try {
      await this.trail.announce(announced.id, entry);
    } catch {
      delete act.announced;
      act.isUnstorable = true;
      throw new ApiError(AUDIT_UNAVAILABLE);
    }
  }

  /** Stores what is still running, and all that waits. */
  private async finish(): Promise<void> {
    for (const act of this.unrecorded) this.recordLater(act);
    await this.trail.close();
  }

  private begin(request: FastifyRequest): void {
    const { policy } = request.routeOptions.config;
    if (!policy?.audit) return;
    const client = clientOf(request);
    const act: Act = {
      request,
      client,
      parameters: policy.parameters,
      audit: policy.audit,
      stage: 'arriving',
      answered: undefined,
    };
    this.acts.set(request, act);
    this.unrecorded.add(act);
    noteOrigin(client, () => {
      const username = knownCaller(request)?.username ?? notesOf(client).username;
      return {
        ...(typeof username === 'string' && { username }),
        ip: client.address,
        useragent: client.userAgent,
        requestId: request.id,
        route: routeOf(request),
      };
    });
  }

  /** For Fastify, the handler includes guards, parameters, service and exception filter. */
  private surround(route: RouteOptions, instance: FastifyInstance): void {
    const { handler } = route;
    route.handler = async (request, reply) => {
      const act = this.acts.get(request);
      if (!act) return handler.call(instance, request, reply);
      act.stage = 'running';
      try {
        return await handler.call(instance, request, reply);
      } finally {
        // It was given up, so this is not its answer; else the answer was recorded before it left.
        act.stage = 'over';
        this.recordLater(act);
      }
    };
    route.onSend = [route.onSend ?? []].flat().concat((request, reply, payload, done) => {
      this.answer(request, reply, payload, done);
    });
  }

  private answer(
    request: FastifyRequest,
    reply: FastifyReply,
    payload: unknown,
    done: Continue,
  ): void {
    const act = this.acts.get(request);
    if (!act) {
      done(null, payload);
      return;
    }
    const isGone = reply.raw.destroyed || request.raw.socket.destroyed;
    act.answered = isGone ? null : reply.statusCode;
    if (isGivenUp(request)) {
      // If it never reaches its handler, it is over; else the handler runs on.
      if (act.stage === 'arriving') this.recordLater(act);
      done(null, payload);
      return;
    }
    // Only the handler answers it now, or a hook that keeps it from its handler.
    if (act.stage === 'running') act.stage = 'over';
    void this.inTime(act).then(
      () => {
        done(null, payload);
      },
      () => {
        done(null, this.refuse(act, reply, payload));
      },
    );
  }

  /** Stores the record. @throws if that fails, or takes longer than the request may */
  private inTime(act: Act): Promise<void> {
    return new Promise((resolve, reject) => {
      tellWhenOutOfTime(act.request, () => {
        reject(new Error('out of time'));
      });
      this.record(act).then(resolve, reject);
    });
  }

  /** Answers that the service is unavailable, instead of what cannot be recorded. */
  private refuse({ client, announced }: Act, reply: FastifyReply, payload: unknown): unknown {
    // The change has its record, if not its result: it stands, and its caller needs the answer.
    if (announced) return payload;
    this.background.run('Undoing what could not be recorded', () => undo(client));
    if (isStream(payload)) payload.destroy();
    const { status, body } = AUDIT_UNAVAILABLE;
    reply.removeHeader('retry-after').removeHeader('content-disposition');
    reply.code(status).type('application/json; charset=utf-8');
    return JSON.stringify(body);
  }

  private recordLater(act: Act): void {
    if (!this.unrecorded.has(act)) return;
    this.background.run('Storing an audit record', () => this.record(act));
  }

  private async record(act: Act): Promise<void> {
    if (!this.unrecorded.delete(act)) return;
    this.acts.set(act.request, undefined);
    const { announced } = act;
    const entry = auditEntry(act, announced?.ts ?? this.clock.now());
    if (announced) {
      return isRefused(act)
        ? this.trail.amendRefusal(announced.id, entry)
        : this.trail.amend(announced.id, entry);
    }
    const isEnding = entry.t === 'session.ended' && entry.data.result === OK;
    const isRecorded = isEnding && (notesOf(act.client).ended ?? 0) > 0;
    if (isRecorded || act.isUnstorable) this.trail.logOnly(entry);
    else return this.trail.record(entry);
  }
}

function isStream(payload: unknown): payload is { destroy: () => void } {
  return typeof (payload as { destroy?: unknown } | null)?.destroy === 'function';
}
