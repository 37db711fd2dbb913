import { Connection } from 'mongoose';
import { Observed } from '../common/observation/observed';

export interface DatabaseCommand {
  /** Undefined for a command about no collection. */
  collection: string | undefined;
  /** As the driver names it: `find`, `update`. */
  command: string;
  /** With the wait for a connection. */
  seconds: number;
  /** Undefined when it succeeded. */
  failure?: unknown;
}

/** Each round trip of a driver in this process that some `observeCommands` has prepared. */
export const DATABASE_COMMANDS = new Observed<DatabaseCommand>('database-commands');

/** What is used here of the driver's `Server`, which all commands but those of its monitors pass. */
interface DriverServer {
  command: DriverCommand;
}

type DriverCommand = (
  this: DriverServer,
  operation: DriverOperation,
  ...rest: unknown[]
) => Promise<unknown>;

interface DriverOperation {
  commandName: string;
  ns: { collection?: string };
  /** Of an aggregation, whose namespace is the database. */
  target?: unknown;
  /** As it was given to `Db.command`; its first key is its name. */
  command?: Record<string, unknown>;
}

/** Shared by all copies of this module in a process. */
const IS_OBSERVED = Symbol.for('workspace-sessions:is-observed');

/**
 * Lets the driver report its commands. Its own monitoring copies each command and costs 15 % of a look-up, so this goes
 * around one method that is not the driver's public interface; a test notices when a new version has moved it
 * (docs/adr/0027).
 * @returns false if the driver is not as expected: then nothing is reported, and nothing else is different
 */
export function observeCommands(connection: Connection): boolean {
  const [server] = serversOf(connection);
  if (!server) return false;
  const prototype = Object.getPrototypeOf(server) as DriverServer;
  const { command }: Partial<DriverServer> = prototype;
  if (typeof command !== 'function') return false;
  if (!(IS_OBSERVED in command)) {
    prototype.command = Object.assign(observing(command), { [IS_OBSERVED]: true });
  }
  return true;
}

function observing(command: DriverCommand): DriverCommand {
  return function (operation, ...rest) {
    const begun = performance.now();
    const result = command.call(this, operation, ...rest);
    if (DATABASE_COMMANDS.isObserved) reportEnd(operation, begun, result);
    return result;
  };
}

function reportEnd(operation: DriverOperation, begun: number, result: Promise<unknown>): void {
  const end = (failure: unknown): void => {
    const { command, collection } = nameOf(operation);
    const seconds = (performance.now() - begun) / 1000;
    DATABASE_COMMANDS.report({ collection, command, seconds, failure });
  };
  result.then(() => {
    end(undefined);
  }, end);
}

function nameOf(operation: DriverOperation): Pick<DatabaseCommand, 'collection' | 'command'> {
  const { commandName, ns, target } = operation;
  const [plain] = operation.command ? Object.keys(operation.command) : [];
  const command = plain ?? commandName;
  const subject = plain === undefined ? target : operation.command?.[plain];
  if (typeof subject === 'string') return { command, collection: subject };
  return { command, collection: ns.collection === '$cmd' ? undefined : ns.collection };
}

function serversOf(connection: Connection): DriverServer[] {
  const { topology } = connection.getClient() as unknown as {
    topology?: { s?: { servers?: Map<string, DriverServer> } };
  };
  return [...(topology?.s?.servers?.values() ?? [])];
}
