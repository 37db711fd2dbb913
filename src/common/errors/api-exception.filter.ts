import { STATUS_CODES } from 'node:http';
import { ArgumentsHost, Catch, ExceptionFilter, HttpException, Logger } from '@nestjs/common';
import { FastifyReply, FastifyRequest } from 'fastify';
import { Answer, failure } from './answer';
import { ApiError } from './api-error';
import { isDatabaseUnreachable } from './database-unreachable';
import { OutOfTime } from './out-of-time';
import { setFailure } from './request-failure';
import { DATABASE_UNREACHABLE, UNFORESEEN } from './common.problems';

/** Maps thrown values to the documented bodies. Internals go to the log only. */
@Catch()
export class ApiExceptionFilter implements ExceptionFilter {
  private readonly logger = new Logger(ApiExceptionFilter.name);

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    // A timeout is how the request was answered, not how it ended: the handler may still succeed.
    const request = http.getRequest<FastifyRequest>();
    if (!(thrown instanceof OutOfTime)) setFailure(request, thrown);
    const { status, body, headers } = this.answer(thrown, request.id);
    const reply = http.getResponse<FastifyReply>();
    if (reply.sent) return;
    void reply
      .code(status)
      .headers(headers ?? {})
      .send(body);
  }

  private answer(thrown: unknown, requestId: string): Answer {
    if (thrown instanceof ApiError) return thrown.problem;
    if (thrown instanceof OutOfTime && thrown.isClientSlow) return failure(408, 'Request Timeout');
    if (isDatabaseUnreachable(thrown)) {
      const message = `The database is unreachable: ${(thrown as Error).name}`;
      this.logger.error(message, { request_id: requestId });
      return DATABASE_UNREACHABLE;
    }
    const status = clientErrorStatus(thrown);
    if (status !== undefined) return failure(status, STATUS_CODES[status] ?? 'Bad Request');
    // Driver messages can hold query values, so only the name and the stack frames are logged.
    this.logger.error(`Unforeseen: ${describe(thrown)}`, { request_id: requestId });
    return UNFORESEEN;
  }
}

/** A 4xx set by Nest (unknown path) or Fastify (unreadable or oversized body). */
function clientErrorStatus(thrown: unknown): number | undefined {
  const status =
    thrown instanceof HttpException
      ? thrown.getStatus()
      : thrown instanceof Error && 'statusCode' in thrown
        ? thrown.statusCode
        : undefined;
  if (typeof status !== 'number' || status < 400 || status > 499) return undefined;
  // An unsupported media type counts as a body that is not JSON (contract §1).
  return status === 415 ? 400 : status;
}

function describe(thrown: unknown): string {
  if (!(thrown instanceof Error)) return typeof thrown;
  // The message at the start of the stack may have lines that look like frames.
  const stack = (thrown.stack ?? '').replace(thrown.message, '');
  const frames = stack.split('\n').filter((line) => /^\s+at /.test(line));
  return [thrown.name, ...frames].join('\n');
}
