import { AuditChange, AuditEvent } from '../audit/audit-event';
import { AuthPolicy } from '../auth/auth.guard';
import { ParametersPolicy } from '../common/validation/parameters.guard';
import { PermissionPolicy } from '../permissions/permission.guard';
import { CodeParameters } from '../two-factor/code.parameters';
import { CodeInBody, HeaderStepUp, SignInStepUp } from '../two-factor/step-up';
import { StepUpPolicy } from '../two-factor/two-factor.guard';
import { PreconditionPolicy } from './precondition.guard';

/** What the log says of each request of a route, served or refused. */
export interface RouteAudit<Parameter extends string = string> {
  event: AuditEvent;
  /** In place of `event` when it is refused. */
  refusal?: AuditEvent;
  change?: AuditChange;
  /** The parameters that name what it is about. Never one that may be a secret. */
  about?: readonly Parameter[];
}

/**
 * Which rate limit a route counts against: `public` for routes that cost work or mail before anybody is logged in. So far
 * it is only declared and listed; no guard enforces it yet.
 */
export type RateLimitBucket = 'default' | 'public';

/** What every route says of itself, beside who is served. */
interface DeclaredOfAll<T extends object> extends ParametersPolicy<T> {
  /** Compulsory for whatever is no GET, and for whatever demands a permission. */
  audit?: RouteAudit<keyof T & string>;
  /** Absent: `default`. */
  rateLimit?: RateLimitBucket;
}

/** Everybody is served. */
interface PublicPolicy<T extends object> extends DeclaredOfAll<T> {
  public: true;
  stepUp?: SignInStepUp;
}

/** Who is logged in is served, with the permission and the second factor that are named. */
interface SignedInPolicy<T extends object>
  extends DeclaredOfAll<T>, PermissionPolicy, PreconditionPolicy {
  public?: never;
  stepUp?: HeaderStepUp;
}

/** The same with a second factor that the body carries, so there must be a body that carries it. */
interface CodeInBodyPolicy
  extends DeclaredOfAll<CodeParameters>, PermissionPolicy, PreconditionPolicy {
  public?: never;
  parameters: typeof CodeParameters;
  stepUp: CodeInBody;
  /** The code is a secret, so no parameter is named in the log. */
  audit?: RouteAudit<never>;
}

/**
 * What a route demands, and what is told of it: the one declaration that the guards enforce, the API documentation prints,
 * the log is driven by and the reviewed list of routes shows (docs/adr/0022).
 */
export type AccessPolicy<T extends object = object> =
  PublicPolicy<T> | SignedInPolicy<T> | CodeInBodyPolicy;

/** The parts that the guards read. `AccessPolicy` is assignable to it, or this file does not compile. */
export type EnforcedPolicy = AuthPolicy &
  PermissionPolicy &
  ParametersPolicy &
  PreconditionPolicy &
  StepUpPolicy;

/** What the web server knows of a route, also of requests that reach no guard and no handler. */
declare module 'fastify' {
  interface FastifyContextConfig {
    policy?: AccessPolicy;
  }
}
