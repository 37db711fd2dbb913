import { FastifyRequest } from 'fastify';
import { bodyOf } from '../common/http/body';
import { Client, clientOf, hostOf } from '../common/http/client';
import { ShownFactor, shownFactorOf } from '../two-factor/shown-factor';
import { Credentials, readLoginBody } from './dto/credentials';

/** A login as it was asked for, with where it came from. */
export interface LoginRequest {
  /** Absent when the body is none that a login takes. */
  credentials: Credentials | undefined;
  shown: ShownFactor;
  client: Client;
  /** The Host header. */
  host: string;
}

/** @param trustedProxies `TRUSTED_PROXY_COUNT` */
export function readLoginRequest(request: FastifyRequest, trustedProxies: number): LoginRequest {
  const { credentials, code } = readLoginBody(bodyOf(request));
  return {
    credentials,
    shown: { ...shownFactorOf(request), ...(code !== undefined && { code }) },
    client: clientOf(request, trustedProxies),
    host: hostOf(request),
  };
}
