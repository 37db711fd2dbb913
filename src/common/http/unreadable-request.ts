import { STATUS_CODES } from 'node:http';
import { Socket } from 'node:net';
import { FastifyReply, FastifyRequest } from 'fastify';
import { Answer, failure } from '../errors/answer';

/** Answers a path that cannot be decoded; it reaches neither a route nor the exception filter. */
export function answerUnreadablePath(
  _error: Error,
  _request: FastifyRequest,
  reply: FastifyReply,
): void {
  const { status, body } = failure(400, 'Bad Request');
  void reply.code(status).header('cache-control', 'no-store').send(body);
}

/** Answers what Node's HTTP parser rejected, in the shape of other errors, and closes the connection. */
export function answerUnreadableRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const { status, body } = answerTo(error.code);
  const text = JSON.stringify(body);
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n` +
      'content-type: application/json; charset=utf-8\r\ncache-control: no-store\r\nconnection: close\r\n' +
      `content-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
  );
}

function answerTo(code: string | undefined): Answer {
  if (code === 'HPE_HEADER_OVERFLOW') return failure(431, 'Request Header Fields Too Large');
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return failure(408, 'Request Timeout');
  return failure(400, 'Bad Request');
}
