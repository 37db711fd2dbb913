import { AuditChange, AuditEvent } from '../audit/audit-event';
import { AuthPolicy } from '../auth/auth.guard';
import { ParametersPolicy } from '../common/validation/parameters.guard';
import { ParametersClass } from '../common/validation/validate-parameters';
import { PermissionPolicy } from '../permissions/permission.guard';
import { RateLimitPolicy } from '../rate-limit/rate-limit.guard';
import { CodeParameters } from '../two-factor/code.parameters';
import { CodeInBody, HeaderStepUp, SignInStepUp } from '../two-factor/step-up';
import { StepUpPolicy } from '../two-factor/two-factor.guard';
import { PreconditionPolicy } from './precondition.guard';

export interface RouteAudit<Parameter extends string = string> {
  event: AuditEvent;
  /** Replaces `event` for a refused request. */
  refusal?: AuditEvent;
  /** Replaces `event` for a request whose `dryRun` is true: it changes nothing. */
  preview?: AuditEvent;
  /** Of a route that is not public, it is recorded before it begins (docs/adr/0025). */
  change?: AuditChange;
  about?: readonly Parameter[];
}

interface DeclaredOfAll<T extends object> extends ParametersPolicy<T>, RateLimitPolicy {
  /** Required unless the route is a GET without a permission, or of `ownData`. */
  audit?: RouteAudit<keyof T & string>;
}

interface PublicPolicy<T extends object> extends DeclaredOfAll<T> {
  public: true;
  stepUp?: SignInStepUp;
}

interface SignedInPolicy<T extends object>
  extends DeclaredOfAll<T>, PermissionPolicy, PreconditionPolicy {
  public?: never;
  forOthers?: never;
  stepUp?: HeaderStepUp;
  /** Of a GET: it shows its callers nothing but what is theirs, so it is no administrative read (contract §7). */
  ownData?: true;
}

interface NamesUser {
  userId?: string;
}

/** Acts on its caller, who needs to be signed in, or on the user that `userId` names, which needs more. */
interface OwnOrOthersPolicy extends DeclaredOfAll<NamesUser>, PreconditionPolicy {
  public?: never;
  permission?: never;
  stepUp?: never;
  parameters: ParametersClass<NamesUser>;
  forOthers: NonNullable<PermissionPolicy['forOthers']> & NonNullable<StepUpPolicy['forOthers']>;
}

/** A second factor in the body requires parameters that hold it. */
interface CodeInBodyPolicy
  extends DeclaredOfAll<CodeParameters>, PermissionPolicy, PreconditionPolicy {
  public?: never;
  forOthers?: never;
  parameters: typeof CodeParameters;
  stepUp: CodeInBody;
  audit?: RouteAudit<never>;
}

/**
 * Declares a route's access: the guards enforce it, the API documentation and the reviewed list of routes print it, and
 * the audit log follows it (docs/adr/0022).
 */
export type AccessPolicy<T extends object = object> =
  PublicPolicy<T> | SignedInPolicy<T> | OwnOrOthersPolicy | CodeInBodyPolicy;

/** The parts that guards read. This file compiles only while `AccessPolicy` is assignable to it. */
export type EnforcedPolicy = AuthPolicy &
  RateLimitPolicy &
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
