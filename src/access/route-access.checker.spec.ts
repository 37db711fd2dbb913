import { Controller, Get } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { DeclareAccess } from './route-access';
import { RouteAccessChecker } from './route-access.checker';

@Controller('things')
class Things {
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

describe('RouteAccessChecker', () => {
  it('does not let the service start with a route that declares no protection', async () => {
    const module = await Test.createTestingModule({
      imports: [DiscoveryModule],
      controllers: [Things],
      providers: [RouteAccessChecker],
    }).compile();
    await expect(module.init()).rejects.toThrow(
      /do not declare how they are protected: GET things\/forgotten$/,
    );
  });
});
