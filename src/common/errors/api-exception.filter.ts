import { STATUS_CODES } from 'node:http';
import { ArgumentsHost, Catch, ExceptionFilter, HttpException, Logger } from '@nestjs/common';
import { FastifyReply, FastifyRequest } from 'fastify';
import { Answer, failure } from './answer';
import { ApiError } from './api-error';
import { isDatabaseUnreachable } from './database-unreachable';
import { OutOfTime } from './out-of-time';
import { setFailure } from './request-failure';
import { DATABASE_UNREACHABLE, UNFORESEEN } from './common.problems';

/** Maps whatever was thrown to the documented body. Internals go to the log and nowhere else. */
@Catch()
export class ApiExceptionFilter implements ExceptionFilter {
  private readonly logger = new Logger(ApiExceptionFilter.name);

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    // That a request was given up is how it was answered, not how it ended: it may still do what it was asked for.
    if (!(thrown instanceof OutOfTime)) setFailure(http.getRequest<FastifyRequest>(), thrown);
    const { status, body, headers } = this.answer(thrown);
    const reply = http.getResponse<FastifyReply>();
    // A request that was given up (503) may still fail afterwards; its answer has gone out.
    if (reply.sent) return;
    void reply
      .code(status)
      .headers(headers ?? {})
      .send(body);
  }

  private answer(thrown: unknown): Answer {
    if (thrown instanceof ApiError) return thrown.problem;
    if (thrown instanceof OutOfTime && thrown.isClientSlow) return failure(408, 'Request Timeout');
    if (isDatabaseUnreachable(thrown)) {
      this.logger.error(`The database is unreachable: ${(thrown as Error).name}`);
      return DATABASE_UNREACHABLE;
    }
    const status = clientErrorStatus(thrown);
    if (status !== undefined) return failure(status, STATUS_CODES[status] ?? 'Bad Request');
    // Error messages of the driver can carry values of the query, so only the name and the place are logged.
    this.logger.error(`Unforeseen: ${describe(thrown)}`);
    return UNFORESEEN;
  }
}

/** The 4xx that Nest (unknown path) or Fastify (unreadable or oversized body) has already decided on. */
function clientErrorStatus(thrown: unknown): number | undefined {
  const status =
    thrown instanceof HttpException
      ? thrown.getStatus()
      : thrown instanceof Error && 'statusCode' in thrown
        ? thrown.statusCode
        : undefined;
  if (typeof status !== 'number' || status < 400 || status > 499) return undefined;
  // A body in another language is a body that is not JSON (contract §1).
  return status === 415 ? 400 : status;
}

function describe(thrown: unknown): string {
  if (!(thrown instanceof Error)) return typeof thrown;
  // The stack begins with the message, which may have lines that look like frames.
  const stack = (thrown.stack ?? '').replace(thrown.message, '');
  const frames = stack.split('\n').filter((line) => /^\s+at /.test(line));
  return [thrown.name, ...frames].join('\n');
}
