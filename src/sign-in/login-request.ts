import { FastifyRequest } from 'fastify';
import { ApiError } from '../common/errors/api-error';
import { bodyOf } from '../common/http/body';
import { Client, clientOf, hostOf } from '../common/http/client';
import { isForeignForm } from '../common/http/foreign-form';
import { SubmittedCode, submittedCodeOf } from '../two-factor/submitted-code';
import { Credentials, readLoginBody } from './dto/credentials';
import { LOGIN_REFUSED } from './sign-in.problems';

/** A login as it was asked for, with where it came from. */
export interface LoginRequest {
  /** Absent when the body is none that a login takes. */
  credentials: Credentials | undefined;
  submitted: SubmittedCode;
  client: Client;
  /** The Host header, if it is one (contract §5). */
  host: string;
}

/** @throws ApiError login-refused for a form of somebody else's page: nothing in it is even looked at */
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
