import { SetMetadata } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { FastifyInstance, FastifyRequest } from 'fastify';
import { contextOf } from '../../test/support/execution-context';
import { Caller, setCaller } from '../auth/caller';
import { ApiError } from '../common/errors/api-error';
import { identifyClients } from '../common/http/client';
import { ROUTE_POLICY } from '../common/http/route-policy';
import { ParametersGuard } from '../common/validation/parameters.guard';
import { TrustedProxies } from '../common/http/trusted-proxies';
import { CodeParameters } from './code.parameters';
import { NewSecretSource } from './step-up';
import { TwoFactorGuard } from './two-factor.guard';
import { TwoFactorService } from './two-factor.service';
import { secondFactorInvalid } from './two-factor.problems';
import { verifiedSecretOf } from './verified-secret.decorator';

class Begun implements NewSecretSource {
  secretOf({ services }: Caller): string {
    const { tempSecret } = services.totp ?? {};
    if (tempSecret) return tempSecret;
    throw new ApiError(secondFactorInvalid('totp'));
  }
}

const ofNewSecret = { codeInBody: 'new-totp-secret', secretOf: Begun };

class Routes {
  undeclared(): void {
    // Never reached.
  }

  @SetMetadata(ROUTE_POLICY, {})
  withoutStepUp(): void {
    // Never reached.
  }

  @SetMetadata(ROUTE_POLICY, { public: true, stepUp: 'at-sign-in' })
  signIn(): void {
    // Never reached.
  }

  @SetMetadata(ROUTE_POLICY, { stepUp: 'at-sign-in' })
  signInOfCallers(): void {
    // Never reached.
  }

  @SetMetadata(ROUTE_POLICY, { stepUp: 'always' })
  always(): void {
    // Never reached.
  }

  @SetMetadata(ROUTE_POLICY, { stepUp: 'before-enrolment' })
  beforeEnrolment(): void {
    // Never reached.
  }

  @SetMetadata(ROUTE_POLICY, { stepUp: { codeInBody: 'totp' }, parameters: CodeParameters })
  totp(): void {
    // Never reached.
  }

  @SetMetadata(ROUTE_POLICY, { stepUp: ofNewSecret, parameters: CodeParameters })
  newSecret(): void {
    // Never reached.
  }

  @SetMetadata(ROUTE_POLICY, { stepUp: { codeInBody: 'totp' } })
  withoutBody(): void {
    // Never reached.
  }

  @SetMetadata(ROUTE_POLICY, { stepUp: 'sometimes' })
  misspelt(): void {
    // Never reached.
  }
}

const SHOWN = { code: '123456', method: 'totp' };
const CLIENT = { userAgent: 'curl', address: '192.0.2.7' };
const CALLER = {
  id: 'rod',
  services: { totp: { enabled: true, secret: 'stored', tempSecret: 'begun' } },
} as Caller;

/** The calls of the service, each with its arguments. */
type Demand = [string, ...unknown[]];

describe('TwoFactorGuard', () => {
  let demands: Demand[];
  let identify: (request: FastifyRequest) => void;

  beforeAll(() => {
    const hooks: ((request: FastifyRequest, reply: unknown, done: () => void) => void)[] = [];
    identifyClients(
      {
        addHook: (_name: string, hook: (typeof hooks)[number]) => hooks.push(hook),
      } as unknown as FastifyInstance,
      new TrustedProxies(0, []),
    );
    identify = (request) => {
      hooks.forEach((hook) => {
        hook(request, undefined, () => undefined);
      });
    };
  });
  beforeEach(() => {
    demands = [];
  });

  const guard = (refusal?: Error): TwoFactorGuard => {
    const demanded =
      (name: string) =>
      (...given: unknown[]): Promise<void> => {
        demands.push([name, ...given]);
        return refusal ? Promise.reject(refusal) : Promise.resolve();
      };
    const service = {
      requireSecondFactor: demanded('requireSecondFactor'),
      requireBeforeEnrolment: demanded('requireBeforeEnrolment'),
      verifyTotp: demanded('verifyTotp'),
      verifyNewSecret: demanded('verifyNewSecret'),
    } as unknown as TwoFactorService;
    return new TwoFactorGuard(service, { get: () => new Begun() } as unknown as ModuleRef);
  };

  /** A request that has passed the earlier guards, with a code in the headers and one in the body. */
  const requestTo = (
    handler: keyof Routes,
    caller: Caller | undefined = CALLER,
  ): FastifyRequest => {
    const request = {
      method: 'POST',
      headers: { 'user-agent': 'curl', 'x-2fa-code': SHOWN.code, 'x-2fa-method': SHOWN.method },
      socket: { remoteAddress: CLIENT.address },
      body: { code: '654 321' },
    } as unknown as FastifyRequest;
    identify(request);
    setCaller(request, caller);
    if (handler !== 'undeclared')
      new ParametersGuard().canActivate(contextOf(Routes, handler, request));
    return request;
  };
  const enter = async (
    handler: keyof Routes,
    { refusal, request = requestTo(handler) }: { refusal?: Error; request?: FastifyRequest } = {},
  ): Promise<boolean> => guard(refusal).canActivate(contextOf(Routes, handler, request));

  it('throws on a route without a policy', async () => {
    await expect(enter('undeclared')).rejects.toThrow('carries no @Access declaration');
  });

  it('admits a request when no second factor is demanded, and at a sign-in', async () => {
    await expect(enter('withoutStepUp')).resolves.toBe(true);
    await expect(enter('signIn')).resolves.toBe(true);
    expect(demands).toEqual([]);
  });

  it('throws when a signed-in caller would be admitted as at a sign-in', async () => {
    await expect(enter('signInOfCallers')).rejects.toThrow('Only a public route');
  });

  it.each<[keyof Routes, Demand]>([
    ['always', ['requireSecondFactor', CALLER, SHOWN, CLIENT]],
    ['beforeEnrolment', ['requireBeforeEnrolment', CALLER, SHOWN, CLIENT]],
    ['totp', ['verifyTotp', CALLER, '654321', CLIENT]],
    ['newSecret', ['verifyNewSecret', CALLER, 'begun', '654321', CLIENT]],
  ])(
    'requires what the policy demands and admits no refused caller: %s',
    async (handler, demand) => {
      await expect(enter(handler)).resolves.toBe(true);
      expect(demands).toEqual([demand]);
      const request = requestTo(handler);
      await expect(enter(handler, { refusal: new Error('refused'), request })).rejects.toThrow(
        'refused',
      );
      expect(() => verifiedSecretOf(request)).toThrow('has not verified a code');
    },
  );

  it.each<[keyof Routes, string]>([
    ['totp', 'stored'],
    ['newSecret', 'begun'],
  ])('hands on the secret for which the code was right: %s', async (handler, secret) => {
    const request = requestTo(handler);
    await enter(handler, { request });
    expect(verifiedSecretOf(request)).toBe(secret);
  });

  it('refuses a code for a secret that the caller has not asked for, before taking an attempt', async () => {
    const request = requestTo('newSecret', { ...CALLER, services: {} });
    await expect(enter('newSecret', { request })).rejects.toMatchObject({
      problem: { kind: 'second-factor-invalid' },
    });
    expect(demands).toEqual([]);
  });

  it.each<[string, keyof Routes, Caller | undefined]>([
    ['a caller without TOTP whom no precondition has refused', 'totp', { ...CALLER, services: {} }],
    ['a route whose parameters carry no code', 'withoutBody', CALLER],
    ['a step-up of no kind', 'misspelt', CALLER],
  ])('throws on %s', async (_case, handler, caller) => {
    await expect(enter(handler, { request: requestTo(handler, caller) })).rejects.toThrow(Error);
    expect(demands).toEqual([]);
  });

  it('throws when AuthGuard has not run', async () => {
    const request = { headers: {} } as FastifyRequest;
    await expect(enter('always', { request })).rejects.toThrow('AuthGuard must run first');
  });
});
