import { INestApplicationContext } from '@nestjs/common';
import { mongo } from 'mongoose';
import { Clock } from '../common/clock/clock';
import { Configuration } from '../config/configuration';
import { Finding } from './finding';

/** A deployment as checks see it, before there is a connection to its database. */
export interface Deployment {
  configuration: Configuration;
  clock: Clock;
}

/** The same with its database. */
export interface ConnectedDeployment extends Deployment {
  context: INestApplicationContext;
  db: mongo.Db;
}

/** Looks at one thing, and changes nothing. */
export interface Check<Subject = ConnectedDeployment> {
  /** In a word or two, the same in every version: programs read it. */
  name: string;
  /** May throw: then the check itself has failed. */
  run: (subject: Subject) => Promise<Finding>;
}
