/** A database to talk to: where it is, and how to let go of it. */
export abstract class DatabaseServer {
  /** With the database's name in it. May hold a password. */
  abstract uri: string;
  abstract stop(): Promise<void>;
}
