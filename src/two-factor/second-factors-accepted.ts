import { Observed } from '../common/observation/observed';
import { SecondFactorName } from './challenge';

/** A second factor that was checked and found right; what was refused is a problem of its request. */
export const SECOND_FACTORS_ACCEPTED = new Observed<{ method: SecondFactorName }>(
  'second-factors-accepted',
);
