import { STATUS_CODES } from 'node:http';
import { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { FastifyReply, FastifyRequest } from 'fastify';
import { Answer, failure } from '../errors/answer';
import { logUnreadablePath, logUnreadableRequest } from '../logging/request-log';
import { newRequestId, REQUEST_ID } from './request-id';

/** Answers a path that cannot be decoded; it reaches neither a route nor the exception filter. */
export function answerUnreadablePath(
  _error: Error,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  const { status, body } = failure(400, 'Bad Request');
  void reply
    .code(status)
    .headers({ 'cache-control': 'no-store', [REQUEST_ID]: request.id })
    .send(body);
  logUnreadablePath(request, status);
}

/** The part of a rejected packet that can hold a request line. */
const MAX_READ = 16 * 1024;
/** A request line (RFC 9112 §3) whose method is any token (RFC 9110 §5.6.2). */
const REQUEST_LINE = /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,32} \S+ HTTP\/1\.[01]\r\n/;

interface ParseError extends NodeJS.ErrnoException {
  /** A buffer, in fact. */
  rawPacket?: unknown;
}

/** Answers what Node's HTTP parser rejected, in the shape of other errors, and closes the connection. */
export function answerUnreadableRequest(error: ParseError, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  answerRaw(socket, answerTo(error), error.code);
}

/**
 * Answers without Node's help, and closes the connection.
 * @param code of the error, for the log
 */
export function answerRaw(socket: Duplex, { status, body }: Answer, code?: string): void {
  const text = JSON.stringify(body);
  const requestId = newRequestId();
  logUnreadableRequest(requestId, status, code, peerOf(socket));
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n` +
      'content-type: application/json; charset=utf-8\r\ncache-control: no-store\r\nconnection: close\r\n' +
      `${REQUEST_ID}: ${requestId}\r\n` +
      `content-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
  );
}

function peerOf(socket: Duplex): string | undefined {
  return socket instanceof Socket ? socket.remoteAddress : undefined;
}

function answerTo({ code, rawPacket }: ParseError): Answer {
  if (code === 'HPE_HEADER_OVERFLOW') return failure(431, 'Request Header Fields Too Large');
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return failure(408, 'Request Timeout');
  // The method is unknown to Node's parser, but it is one (contract §1).
  const packet = Buffer.isBuffer(rawPacket)
    ? rawPacket.subarray(0, MAX_READ).toString('latin1')
    : '';
  const isRequest = code === 'HPE_INVALID_METHOD' && REQUEST_LINE.test(packet);
  return isRequest ? failure(404, 'Not Found') : failure(400, 'Bad Request');
}
