import { AuditChange, AuditEvent } from '../audit/audit-event';
import { AuthPolicy } from '../auth/auth.guard';
import { ParametersPolicy } from '../common/validation/parameters.guard';
import { PermissionPolicy } from '../permissions/permission.guard';
import { CodeParameters } from '../two-factor/code.parameters';
import { CodeInBody, HeaderStepUp, SignInStepUp } from '../two-factor/step-up';
import { StepUpPolicy } from '../two-factor/two-factor.guard';
import { PreconditionPolicy } from './precondition.guard';

export interface RouteAudit<Parameter extends string = string> {
  event: AuditEvent;
  /** Replaces `event` for a refused request. */
  refusal?: AuditEvent;
  change?: AuditChange;
  about?: readonly Parameter[];
}

/**
 * The rate limit of a route: `public` for work or mail without a login. Declared and listed; no guard enforces it yet.
 */
export type RateLimitBucket = 'default' | 'public';

interface DeclaredOfAll<T extends object> extends ParametersPolicy<T> {
  /** Required unless the route is a GET without a permission. */
  audit?: RouteAudit<keyof T & string>;
  rateLimit?: RateLimitBucket;
}

interface PublicPolicy<T extends object> extends DeclaredOfAll<T> {
  public: true;
  stepUp?: SignInStepUp;
}

interface SignedInPolicy<T extends object>
  extends DeclaredOfAll<T>, PermissionPolicy, PreconditionPolicy {
  public?: never;
  stepUp?: HeaderStepUp;
}

/** A second factor in the body requires parameters that hold it. */
interface CodeInBodyPolicy
  extends DeclaredOfAll<CodeParameters>, PermissionPolicy, PreconditionPolicy {
  public?: never;
  parameters: typeof CodeParameters;
  stepUp: CodeInBody;
  audit?: RouteAudit<never>;
}

/**
 * Declares a route's access: the guards enforce it, the API documentation and the reviewed list of routes print it, and
 * the
 * audit log follows it (docs/adr/0022).
 */
export type AccessPolicy<T extends object = object> =
  PublicPolicy<T> | SignedInPolicy<T> | CodeInBodyPolicy;

/** The parts that guards read. This file compiles only while `AccessPolicy` is assignable to it. */
export type EnforcedPolicy = AuthPolicy &
  PermissionPolicy &
  ParametersPolicy &
  PreconditionPolicy &
  StepUpPolicy;

/** For requests that reach no guard and no handler. */
declare module 'fastify' {
  interface FastifyContextConfig {
    policy?: AccessPolicy;
  }
}
