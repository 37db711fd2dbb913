import { FastifyRequest } from 'fastify';
import { bodyOf } from '../common/http/body';
import { Client, clientOf, header } from '../common/http/client';
import { ShownFactor, shownFactorOf } from '../two-factor/shown-factor';
import { Credentials, readLoginBody } from './dto/credentials';

/** The longest name of DNS (RFC 1035 §2.3.4) with a port, so that a client cannot fill the list of sessions. */
const MAX_HOST = 260;

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
    host: (header(request, 'host') ?? '').slice(0, MAX_HOST),
  };
}
