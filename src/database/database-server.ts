export abstract class DatabaseServer {
  /** Includes the database name; may hold a password. */
  abstract uri: string;
  abstract stop(): Promise<void>;
}
