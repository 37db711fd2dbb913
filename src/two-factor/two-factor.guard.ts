import { CanActivate, ExecutionContext, Injectable } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { FastifyRequest } from 'fastify';
import { isAboutCaller } from '../auth/about-caller';
import { AuthPolicy } from '../auth/auth.guard';
import { Caller, callerOf } from '../auth/caller';
import { clientOf } from '../common/http/client';
import { policyOf } from '../common/http/route-policy';
import { parametersOf } from '../common/validation/parameters.guard';
import { CodeParameters } from './code.parameters';
import { CodeInBody, HeaderStepUp, SignInStepUp, StepUp } from './step-up';
import { submittedCodeOf } from './submitted-code';
import { TwoFactorService } from './two-factor.service';
import { setVerifiedSecret } from './verified-secret.decorator';

export interface StepUpPolicy extends AuthPolicy {
  stepUp?: StepUp | SignInStepUp;
  /** Of a route that acts on its caller, or on the user that `userId` names: what the latter needs. */
  forOthers?: { stepUp: HeaderStepUp };
}

/** Requires the second factor that the route's policy names; answers 400 or, after too many wrong codes, 429. */
@Injectable()
export class TwoFactorGuard implements CanActivate {
  constructor(
    private readonly twoFactor: TwoFactorService,
    private readonly modules: ModuleRef,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const policy: StepUpPolicy = policyOf(context);
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const stepUp = demandedStepUpOf(policy, request);
    if (stepUp === undefined) return true;
    if (stepUp === 'at-sign-in') return isSignIn(policy);
    await this.requireStepUp(stepUp, request);
    return true;
  }

  private async requireStepUp(stepUp: StepUp, request: FastifyRequest): Promise<void> {
    const caller = callerOf(request);
    const client = clientOf(request);
    switch (stepUp) {
      case 'always':
        return this.twoFactor.requireSecondFactor(caller, submittedCodeOf(request), client);
      case 'before-enrolment':
        return this.twoFactor.requireBeforeEnrolment(caller, submittedCodeOf(request), client);
      default:
        return this.verifyCodeInBody(stepUp, caller, request);
    }
  }

  private async verifyCodeInBody(
    kind: CodeInBody,
    caller: Caller,
    request: FastifyRequest,
  ): Promise<void> {
    const code = codeOf(request);
    const client = clientOf(request);
    const secret = this.secretOf(kind, caller);
    if (kind.codeInBody === 'totp') await this.twoFactor.verifyTotp(caller, code, client);
    else await this.twoFactor.verifyNewSecret(caller, secret, code, client);
    setVerifiedSecret(request, secret);
  }

  private secretOf(kind: CodeInBody, caller: Caller): string {
    if (kind.codeInBody === 'new-totp-secret') {
      return this.modules.get(kind.secretOf, { strict: false }).secretOf(caller);
    }
    const { secret } = caller.services.totp ?? {};
    if (typeof secret === 'string') return secret;
    throw new Error('The caller has no TOTP: the route needs a precondition that refuses them.');
  }
}

function demandedStepUpOf(
  { stepUp, forOthers }: StepUpPolicy,
  request: FastifyRequest,
): StepUpPolicy['stepUp'] {
  return forOthers === undefined || isAboutCaller(request) ? stepUp : forOthers.stepUp;
}

/** @throws Error if the route is not public: nothing after this guard would require the second factor */
function isSignIn(policy: StepUpPolicy): true {
  if (policy.public === true) return true;
  throw new Error('Only a public route can have the step-up of a sign-in.');
}

function codeOf(request: FastifyRequest): string {
  const parameters = parametersOf(request);
  if (parameters instanceof CodeParameters) return parameters.normalizedCode;
  throw new Error('The parameters of the route have no code.');
}
