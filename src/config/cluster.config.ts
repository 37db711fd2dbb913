import { Variable } from './environment-variable';
import { WholeNumber } from './environment.rules';

export class ClusterConfig {
  /** How many processes serve. 1: this one; more: a primary starts, replaces and stops them. */
  @Variable('CLUSTER_WORKERS')
  @WholeNumber(1, 128)
  workers = 1;

  /** How long one of several processes may leave its primary without an answer before it is killed. */
  @Variable('CLUSTER_SILENCE_SECONDS')
  @WholeNumber(3, 3600)
  silenceSeconds = 30;

  /** Threads of each process that wait for files and DNS, and work for bcrypt. Node's libuv reads the variable itself. */
  @Variable('UV_THREADPOOL_SIZE')
  @WholeNumber(1, 1024)
  poolThreads = 4;
}
