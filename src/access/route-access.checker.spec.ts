import { Controller, Delete, Get, Post, Type } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { DeclareAccess } from './route-access';
import { RouteAccessChecker } from './route-access.checker';

@Controller('things')
class Declared {
  @Get('own')
  @DeclareAccess({ protection: 'signed-in' })
  own(): string {
    return '';
  }

  @Get('all')
  @DeclareAccess({
    protection: 'permission',
    permission: 'view',
    audit: { event: 'session.listed' },
  })
  all(): string {
    return '';
  }

  @Post('change')
  @DeclareAccess({ protection: 'public', audit: { event: 'login' } })
  change(): string {
    return '';
  }
}

@Controller('things')
class Unprotected {
  @Get('declared')
  @DeclareAccess({ protection: 'public' })
  declared(): string {
    return '';
  }

  @Get('forgotten')
  forgotten(): string {
    return '';
  }
}

@Controller('things')
class Untold {
  @Get('own')
  @DeclareAccess({ protection: 'signed-in' })
  own(): string {
    return '';
  }

  @Get('all')
  @DeclareAccess({ protection: 'permission', permission: 'view' })
  all(): string {
    return '';
  }

  @Get('proven')
  @DeclareAccess({ protection: 'permission and second factor', permission: 'view' })
  proven(): string {
    return '';
  }

  @Post('change')
  @DeclareAccess({ protection: 'signed-in' })
  change(): string {
    return '';
  }

  @Delete('remove')
  @DeclareAccess({ protection: 'public' })
  remove(): string {
    return '';
  }
}

async function start(controller: Type): Promise<unknown> {
  const module = await Test.createTestingModule({
    imports: [DiscoveryModule],
    controllers: [controller],
    providers: [RouteAccessChecker],
  }).compile();
  return module.init();
}

describe('RouteAccessChecker', () => {
  it('lets the service start when all is declared', async () => {
    await expect(start(Declared)).resolves.toBeDefined();
  });

  it('does not let the service start with a route that declares no protection', async () => {
    await expect(start(Unprotected)).rejects.toThrow(
      /do not declare how they are protected: GET things\/forgotten$/,
    );
  });

  it('does not let the service start with a change or an administrative route that nobody would be told of', async () => {
    await expect(start(Untold)).rejects.toThrow(
      /do not declare what the log is told of them: DELETE things\/remove, GET things\/all, GET things\/proven, POST things\/change$/,
    );
  });
});
