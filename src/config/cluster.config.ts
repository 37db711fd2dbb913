import { Variable } from './environment-variable';
import { WholeNumber } from './environment.rules';

export class ClusterConfig {
  /** How many processes serve. 1: this one; more: a primary starts, replaces and stops them. */
  @Variable('CLUSTER_WORKERS')
  @WholeNumber(1, 128)
  workers = 1;
}
