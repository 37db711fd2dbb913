import { Finding } from './finding';

export interface NamedFinding extends Finding {
  check: string;
}
