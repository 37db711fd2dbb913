import { INestApplicationContext } from '@nestjs/common';
import { mongo } from 'mongoose';
import { Clock } from '../common/clock/clock';
import { Configuration } from '../config/configuration';
import { Finding } from './finding';

/** A deployment before the doctor connects to its database. */
export interface Deployment {
  configuration: Configuration;
  clock: Clock;
}

export interface ConnectedDeployment extends Deployment {
  context: INestApplicationContext;
  db: mongo.Db;
}

/** Examines one thing, and changes nothing. */
export interface Check<Subject = ConnectedDeployment> {
  /** One or two words. Programs read them, so they never change. */
  name: string;
  /** An error means that the check itself failed. */
  run: (subject: Subject) => Promise<Finding>;
}
