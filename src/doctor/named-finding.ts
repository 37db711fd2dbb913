import { Finding } from './finding';

/** A finding under the name of its check. */
export interface NamedFinding extends Finding {
  check: string;
}
