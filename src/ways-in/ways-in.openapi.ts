import { applyDecorators } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';

export function ApiWaysIn(): ClassDecorator {
  return applyDecorators(ApiTags('Ways in'));
}
