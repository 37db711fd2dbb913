import { mongo } from 'mongoose';

/**
 * What holds on every connection, whatever the address asks for. What one process has claimed or ended must be known to
 * all of them and outlive the loss of a server, so writes are acknowledged by a majority; and an ended session must be
 * refused at once, so nobody asks a secondary that may not know yet, or reads what may be taken back (contract §4, §5).
 */
export const CONCERNS = {
  readPreference: 'primary',
  readConcern: { level: 'majority' },
  writeConcern: { w: 'majority' },
} as const satisfies mongo.MongoClientOptions;

/**
 * Options of an address, in lower case, that would have a say in it. `journal=false` would weaken a majority, and the
 * driver merges it; so they are taken out. Not `maxStalenessSeconds`: beside the primary it is a mistake, and refused.
 */
const OVERRULED = [
  'w',
  'wtimeout',
  'wtimeoutms',
  'j',
  'journal',
  'fsync',
  'readconcernlevel',
  'readpreference',
  'readpreferencetags',
];

/** An address without what it says about the concerns of reads and writes. */
export function withoutConcerns(uri: string): string {
  const { address, options } = splitAddress(uri);
  return joinAddress(
    address,
    options.filter((option) => !isOverruled(option)),
  );
}

/** Whether what would be taken out holds more than an option: the rest of an address whose password has a bare `?`. */
export function hidesItsHost(uri: string): boolean {
  return splitAddress(uri).options.some((option) => isOverruled(option) && /[@/]/.test(option));
}

function isOverruled(option: string): boolean {
  return OVERRULED.includes(nameOf(option).toLowerCase());
}

/** An address in front of its `?`, and the options behind it, as they are written. */
export function splitAddress(uri: string): { address: string; options: string[] } {
  const [address = '', ...rest] = uri.split('?');
  return { address, options: rest.join('?').split('&').filter(Boolean) };
}

/** The opposite of `splitAddress`. */
export function joinAddress(address: string, options: string[]): string {
  return options.length === 0 ? address : `${address}?${options.join('&')}`;
}

/** The name of an option, as the driver reads it: it may be percent-encoded. */
export function nameOf(option: string): string {
  const [name = ''] = new URLSearchParams(option).keys();
  return name;
}
