import { MAX_DOCUMENT_BYTES } from '../values/encode';
import { MAX_MESSAGE_BYTES } from '../wire/frames';
import type { Command, CommandContext, Reply } from './command';

/** The MongoDB release whose behaviour this engine follows, and its number in the protocol. */
const VERSION = [7, 0, 0, 0];
const WIRE_VERSION = 21;
const SESSION_MINUTES = 30;
/** The most statements of one write command. */
export const MAX_WRITE_BATCH = 100_000;

/** A standalone server. No `topologyVersion`: with one, the driver would hold the line open. */
function hello(_command: unknown, { now }: CommandContext): Reply {
  return {
    helloOk: true,
    ismaster: true,
    isWritablePrimary: true,
    maxBsonObjectSize: MAX_DOCUMENT_BYTES,
    maxMessageSizeBytes: MAX_MESSAGE_BYTES,
    maxWriteBatchSize: MAX_WRITE_BATCH,
    localTime: now(),
    logicalSessionTimeoutMinutes: SESSION_MINUTES,
    minWireVersion: 0,
    maxWireVersion: WIRE_VERSION,
    readOnly: false,
  };
}

/** What drivers tell of themselves in a handshake; none of it changes the answer. */
const HELLO_OPTIONS = [
  'helloOk',
  'client',
  'compression',
  'loadBalanced',
  'topologyVersion',
  'maxAwaitTimeMS',
  'backpressure',
];

export const helloCommand: Command = { options: HELLO_OPTIONS, run: hello };

export const pingCommand: Command = { options: [], run: () => ({}) };

/** Sessions hold nothing here: cursors belong to the server, transactions do not exist. */
export const endSessionsCommand: Command = { options: [], run: () => ({}) };

export const buildInfoCommand: Command = {
  options: [],
  run: () => ({
    version: VERSION.slice(0, 3).join('.'),
    versionArray: VERSION,
    modules: ['embedded'],
    bits: 64,
    debug: false,
    maxBsonObjectSize: MAX_DOCUMENT_BYTES,
  }),
};
