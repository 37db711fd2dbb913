import { resolve } from 'node:path';
import { ValidateIf } from 'class-validator';
import { Variable } from './environment-variable';
import { OneOf, TextLike, WholeNumber } from './environment.rules';

const EMBEDDED_SYNC_MODES = ['always', 'interval'] as const;
export type EmbeddedSyncMode = (typeof EMBEDDED_SYNC_MODES)[number];

/** In the place of a directory: keep nothing. */
const IN_MEMORY = 'memory';

/** Which database the workspace is in, and how long the service waits for it. */
export class DatabaseConfig {
  /** With the database's name in its path; may hold a password. Absent: the embedded engine, which production refuses. */
  @Variable('MONGODB_URI')
  @ValidateIf((config: DatabaseConfig) => config.isRequired || config.uri !== undefined)
  @TextLike(
    /^mongodb(\+srv)?:\/\/[^/\s]+\/[^/?\s]+(\?\S*)?$/,
    'set in production, and of the form mongodb://HOST/DATABASE or mongodb+srv://HOST/DATABASE, with the database name in it',
  )
  uri: string | undefined = undefined;

  /** Where the embedded engine keeps its data, from the working directory; or `memory`, to keep nothing. */
  @Variable('EMBEDDED_DATA_DIR')
  @TextLike(/^[^\0]+$/, 'the path of a directory, or memory')
  embeddedDataDir = '.data';

  /** Whether an answered write of the embedded engine is on the disk for certain, or within a second. */
  @Variable('EMBEDDED_SYNC')
  @OneOf(EMBEDDED_SYNC_MODES)
  embeddedSync: EmbeddedSyncMode = 'interval';

  /** How long the start waits for the database, in seconds. */
  @Variable('STARTUP_TIMEOUT_SECONDS')
  @WholeNumber(1, 3600)
  startupTimeoutSeconds = 60;

  /** How long one database statement may take, in milliseconds; also the bound of the driver's own waits. */
  @Variable('DATABASE_TIMEOUT_MS')
  @WholeNumber(100, 60_000)
  timeoutMs = 5000;

  /** @param isRequired whether the embedded engine is no substitute for `MONGODB_URI` */
  constructor(private readonly isRequired = false) {}

  /** The embedded engine's data directory, or undefined when it keeps nothing. */
  get embeddedDirectory(): string | undefined {
    return this.embeddedDataDir === IN_MEMORY ? undefined : resolve(this.embeddedDataDir);
  }
}
