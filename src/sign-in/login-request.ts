import { FastifyRequest } from 'fastify';
import { ApiError } from '../common/errors/api-error';
import { bodyOf } from '../common/http/body';
import { Client, clientOf, hostOf } from '../common/http/client';
import { isForeignForm } from '../common/http/foreign-form';
import { SubmittedCode, submittedCodeOf } from '../two-factor/submitted-code';
import { Credentials, readLoginBody } from './dto/credentials';
import { LOGIN_REFUSED } from './sign-in.problems';

export interface LoginRequest {
  /** Absent if the body has none that a login accepts. */
  credentials: Credentials | undefined;
  submitted: SubmittedCode;
  client: Client;
  host: string;
}

/** @throws ApiError login-refused for a form that another site posted; its body is not read */
export function readLoginRequest(request: FastifyRequest): LoginRequest {
  if (isForeignForm(request)) throw new ApiError(LOGIN_REFUSED);
  const { credentials, code } = readLoginBody(bodyOf(request));
  return {
    credentials,
    submitted: { ...submittedCodeOf(request), ...(code !== undefined && { code }) },
    client: clientOf(request),
    host: hostOf(request),
  };
}
