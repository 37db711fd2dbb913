import { IsString } from 'class-validator';

/** A parameter that must be there, once, as text. It may be empty. */
export function Text(): PropertyDecorator {
  return IsString({ message: 'must be string' });
}
