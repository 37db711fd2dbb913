export interface PartHealth {
  status: 'up' | 'down';
  message?: string;
}

/** How the index of live sessions stands (docs/adr/0035). It never makes the service unready: lists do without it. */
export interface IndexHealth {
  /** `degraded` while lists do without it. */
  status: 'up' | 'degraded';
  state: string;
  /** How far it was behind the workspace when it was last told, in milliseconds; null if nobody can say. */
  lagMs: number | null;
}

/** The body of /health/ready (contract §7). No address, no version, nothing of the request. */
export interface Readiness {
  status: 'ok' | 'error';
  details: Record<string, PartHealth | IndexHealth>;
}
