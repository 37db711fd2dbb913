import { aggregateCommand } from './aggregate.command';
import * as collections from './collection.commands';
import type { Command } from './command';
import { explainCommand } from './explain.command';
import { findAndModifyCommand } from './find-and-modify.command';
import * as handshake from './handshake.commands';
import * as indexes from './index.commands';
import * as reads from './read.commands';
import * as writes from './write.commands';

const explainable = new Map<string, Command>([
  ['find', reads.findCommand],
  ['count', reads.countCommand],
  ['aggregate', aggregateCommand],
  ['update', writes.updateCommand],
  ['delete', writes.deleteCommand],
  ['findAndModify', findAndModifyCommand],
  ['findandmodify', findAndModifyCommand],
]);

/** Every command, by the names it answers to. */
export const commands: ReadonlyMap<string, Command> = new Map<string, Command>([
  ['hello', handshake.helloCommand],
  ['isMaster', handshake.helloCommand],
  ['ismaster', handshake.helloCommand],
  ['ping', handshake.pingCommand],
  ['buildInfo', handshake.buildInfoCommand],
  ['buildinfo', handshake.buildInfoCommand],
  ['endSessions', handshake.endSessionsCommand],
  ['create', collections.createCommand],
  ['drop', collections.dropCommand],
  ['dropDatabase', collections.dropDatabaseCommand],
  ['listCollections', collections.listCollectionsCommand],
  ['createIndexes', indexes.createIndexesCommand],
  ['listIndexes', indexes.listIndexesCommand],
  ['dropIndexes', indexes.dropIndexesCommand],
  ['insert', writes.insertCommand],
  ...explainable,
  ['getMore', reads.getMoreCommand],
  ['killCursors', reads.killCursorsCommand],
  ['explain', explainCommand(explainable)],
]);
