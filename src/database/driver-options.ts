/** What of the database driver only tests change. */
export class DriverOptions {
  /** Whether the driver emits an event for each command: tests count round trips. Off, it costs nothing. */
  readonly monitorCommands: boolean = false;
}
