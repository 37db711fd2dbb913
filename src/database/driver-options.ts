/** Driver options that only tests change. */
export class DriverOptions {
  /** Emits an event per command; tests count round trips. */
  readonly monitorCommands: boolean = false;
}
