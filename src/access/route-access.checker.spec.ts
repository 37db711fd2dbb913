import { CanActivate, Controller, Delete, Get, Post, Provider, Type } from '@nestjs/common';
import { APP_GUARD, DiscoveryModule } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { CodeParameters } from '../two-factor/code.parameters';
import { NewSecretSource } from '../two-factor/step-up';
import { Access } from './access.decorator';
import { GUARDS } from './guards';
import { Precondition } from './precondition.guard';
import { RouteAccessChecker } from './route-access.checker';

class Never implements Precondition {
  check(): void {
    throw new Error('It never holds.');
  }
}

class Nowhere implements NewSecretSource {
  secretOf(): string {
    throw new Error('There is none.');
  }
}

@Controller('things')
class Declared {
  @Get('own')
  @Access({})
  own(): void {
    // Not called in this test.
  }

  @Get('all')
  @Access({ permission: 'view-device-management', audit: { event: 'session.listed' } })
  all(): void {
    // Not called in this test.
  }

  @Post('change')
  @Access({ public: true, audit: { event: 'login' } })
  change(): void {
    // Not called in this test.
  }

  @Post('prove')
  @Access({
    parameters: CodeParameters,
    preconditions: [Never],
    stepUp: { codeInBody: 'new-totp-secret', secretOf: Nowhere },
    audit: { event: 'second-factor.changed' },
  })
  prove(): void {
    // Not called in this test.
  }
}

@Controller('things')
class Unprotected {
  @Get('declared')
  @Access({ public: true })
  declared(): void {
    // Not called in this test.
  }

  @Get('forgotten')
  forgotten(): void {
    // Not called in this test.
  }
}

@Controller('things')
class Untold {
  @Get('own')
  @Access({})
  own(): void {
    // Not called in this test.
  }

  @Get('all')
  @Access({ permission: 'view-device-management' })
  all(): void {
    // Not called in this test.
  }

  @Get('own-permitted')
  @Access({ permission: 'create-personal-access-tokens', ownData: true })
  ownPermitted(): void {
    // Not called in this test.
  }

  @Post('own')
  @Access({ permission: 'create-personal-access-tokens', ownData: true })
  changeOwn(): void {
    // Not called in this test.
  }

  @Get('proven')
  @Access({ permission: 'view-device-management', stepUp: 'always' })
  proven(): void {
    // Not called in this test.
  }

  @Post('change')
  @Access({})
  change(): void {
    // Not called in this test.
  }

  @Delete('remove')
  @Access({ public: true })
  remove(): void {
    // Not called in this test.
  }
}

/** A guard in its place in the application, without its dependencies. */
function globally(guard: Type<CanActivate>): Provider {
  return {
    provide: APP_GUARD,
    useFactory: () => Object.create(guard.prototype as object) as object,
  };
}

async function start(
  controller: Type,
  guards: readonly Type<CanActivate>[] = GUARDS,
  providers: Provider[] = [Never, Nowhere],
): Promise<unknown> {
  const module = await Test.createTestingModule({
    imports: [DiscoveryModule],
    controllers: [controller],
    providers: [RouteAccessChecker, ...guards.map(globally), ...providers],
  }).compile();
  return module.init();
}

describe('RouteAccessChecker', () => {
  it('lets the service start when every route is declared and every guard is in place', async () => {
    await expect(start(Declared)).resolves.toBeDefined();
  });

  it('refuses a route that declares no protection', async () => {
    await expect(start(Unprotected)).rejects.toThrow(
      /do not declare how they are protected: GET things\/forgotten$/,
    );
  });

  it('refuses a change or an administrative route without an audit event', async () => {
    await expect(start(Untold)).rejects.toThrow(
      /do not declare an audit event: DELETE things\/remove, GET things\/all, GET things\/proven, POST things\/change, POST things\/own$/,
    );
  });

  it('refuses declarations when no guard is installed', async () => {
    await expect(start(Declared, [])).rejects.toThrow(/must be guarded by .*, not by none\.$/);
  });

  it.each(GUARDS.map((guard) => [guard.name, guard] as const))(
    'refuses declarations without %s',
    async (_name, missing) => {
      const others = GUARDS.filter((guard) => guard !== missing);
      await expect(start(Declared, others)).rejects.toThrow(/must be guarded by/);
    },
  );

  it('refuses guards that are in another order', async () => {
    await expect(start(Declared, GUARDS.toReversed())).rejects.toThrow(/must be guarded by/);
  });

  it('refuses a precondition or a source of a secret that no module provides', async () => {
    for (const provided of [[Never], [Nowhere]]) {
      await expect(start(Declared, GUARDS, provided)).rejects.toThrow(
        /that no module provides: POST things\/prove$/,
      );
    }
  });
});

describe('Access', () => {
  it('refuses a second @Access declaration on one route', () => {
    expect(() => {
      class Twice {
        @Access({ permission: 'view-device-management', stepUp: 'always' })
        @Access({ public: true })
        route(): void {
          // Not called in this test.
        }
      }
      return Twice;
    }).toThrow('route carries two @Access declarations.');
  });
});
