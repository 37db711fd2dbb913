import { Injectable, OnApplicationShutdown } from '@nestjs/common';
import { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import { AuditLog } from '../audit/audit-log.service';
import { Clock } from '../common/clock/clock';
import { clientOf } from '../common/http/client';
import { Act, auditEntry } from './audit-entry';

/** Audits each request of an audited route, however it ends; no handler or guard can forget it (docs/adr/0020). */
@Injectable()
export class RequestAuditor implements OnApplicationShutdown {
  private readonly acts = new Map<FastifyRequest, Act>();

  constructor(
    private readonly log: AuditLog,
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
  }

  onApplicationShutdown(): void {
    for (const act of this.acts.values()) this.write(act);
    this.log.close();
  }

  private begin(request: FastifyRequest): void {
    const { policy } = request.routeOptions.config;
    if (!policy?.audit) return;
    this.acts.set(request, {
      request,
      client: clientOf(request),
      parameters: policy.parameters,
      audit: policy.audit,
      stage: 'arriving',
      answered: undefined,
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
        act.stage = 'over';
        this.write(act);
      }
    };
    route.onSend = [route.onSend ?? []].flat().concat((request, reply, payload, done) => {
      this.answer(request, reply);
      done(null, payload);
    });
  }

  private answer(request: FastifyRequest, reply: FastifyReply): void {
    const act = this.acts.get(request);
    if (!act) return;
    const isGone = reply.raw.destroyed || request.raw.socket.destroyed;
    act.answered = isGone ? null : reply.statusCode;
    // It never reaches its handler: unreadable, or answered by a hook.
    if (act.stage === 'arriving') this.write(act);
  }

  private write(act: Act): void {
    if (!this.acts.delete(act.request)) return;
    this.log.record(auditEntry(act, this.clock.now()));
  }
}
