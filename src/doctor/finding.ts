/** `warn`: it works, but an operator should look. `skip`: unknown, because another check failed or the database does not tell. */
export type FindingStatus = 'ok' | 'warn' | 'fail' | 'skip';

/** Neither text holds a secret, a hash, a token or an address. */
export interface Finding {
  status: FindingStatus;
  found: string;
  /** What to do about it. */
  advice?: string;
}

export function ok(found: string): Finding {
  return { status: 'ok', found };
}

export function warn(found: string, advice: string): Finding {
  return { status: 'warn', found, advice };
}

export function fail(found: string, advice: string): Finding {
  return { status: 'fail', found, advice };
}

export function skip(found: string): Finding {
  return { status: 'skip', found };
}
