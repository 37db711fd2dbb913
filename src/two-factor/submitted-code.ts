import { FastifyRequest } from 'fastify';
import { header } from '../common/http/client';

export interface SubmittedCode {
  code: string | undefined;
  method: string | undefined;
}

export function submittedCodeOf(request: FastifyRequest): SubmittedCode {
  return { code: header(request, 'x-2fa-code'), method: header(request, 'x-2fa-method') };
}
