import { resolve } from 'node:path';
import { ValidateIf } from 'class-validator';
import { Variable } from './environment-variable';
import { OneOf, TextLike, WholeNumber } from './environment.rules';

const EMBEDDED_SYNC_MODES = ['always', 'interval'] as const;
export type EmbeddedSyncMode = (typeof EMBEDDED_SYNC_MODES)[number];

const IN_MEMORY = 'memory';

export class DatabaseConfig {
  /** Includes the database name; may hold a password. Absent: the embedded engine, which production refuses. */
  @Variable('MONGODB_URI')
  @ValidateIf((config: DatabaseConfig) => config.isRequired || config.uri !== undefined)
  @TextLike(
    /^mongodb(\+srv)?:\/\/[^/\s]+\/[^/?\s]+(\?\S*)?$/,
    'set in production, and of the form mongodb://HOST/DATABASE or mongodb+srv://HOST/DATABASE, with the database name in it',
  )
  uri: string | undefined = undefined;

  /** A directory, or `memory` to keep nothing. */
  @Variable('EMBEDDED_DATA_DIR')
  @TextLike(/^[^\0]+$/, 'the path of a directory, or memory')
  embeddedDataDir = '.data';

  /** `always`: a write is on disk before it is answered. `interval`: within a second. */
  @Variable('EMBEDDED_SYNC')
  @OneOf(EMBEDDED_SYNC_MODES)
  embeddedSync: EmbeddedSyncMode = 'interval';

  @Variable('STARTUP_TIMEOUT_SECONDS')
  @WholeNumber(1, 3600)
  startupTimeoutSeconds = 60;

  /** Limit of one database statement and of the driver's own waits, in milliseconds. */
  @Variable('DATABASE_TIMEOUT_MS')
  @WholeNumber(100, 60_000)
  timeoutMs = 5000;

  constructor(private readonly isRequired = false) {}

  get embeddedDirectory(): string | undefined {
    return this.embeddedDataDir === IN_MEMORY ? undefined : resolve(this.embeddedDataDir);
  }
}
