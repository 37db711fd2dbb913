import { FastifyRequest } from 'fastify';
import { header } from '../common/http/client';

/** What a request shows of a second factor: the headers `x-2fa-code` and `x-2fa-method`. */
export interface SubmittedCode {
  code: string | undefined;
  method: string | undefined;
}

export function submittedCodeOf(request: FastifyRequest): SubmittedCode {
  return { code: header(request, 'x-2fa-code'), method: header(request, 'x-2fa-method') };
}
