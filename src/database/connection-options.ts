import { mongo } from 'mongoose';

/**
 * Whatever the URL says: claims and revocations must survive the loss of a server, so a majority acknowledges them; a
 * revoked session must be refused at once, so reads go to the primary (contract §4, §5).
 */
export const CONCERNS = {
  readPreference: 'primary',
  readConcern: { level: 'majority' },
  writeConcern: { w: 'majority' },
} as const satisfies mongo.MongoClientOptions;

/** Removed from the URL: the driver would merge `journal=false` into a majority. */
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

export function withoutConcerns(uri: string): string {
  const { address, options } = splitAddress(uri);
  return joinAddress(
    address,
    options.filter((option) => !isOverruled(option)),
  );
}

/** Whether a removed option holds a part of the address, because the password has an unencoded `?`. */
export function hidesItsHost(uri: string): boolean {
  return splitAddress(uri).options.some((option) => isOverruled(option) && /[@/]/.test(option));
}

function isOverruled(option: string): boolean {
  return OVERRULED.includes(nameOf(option).toLowerCase());
}

export function splitAddress(uri: string): { address: string; options: string[] } {
  const [address = '', ...rest] = uri.split('?');
  return { address, options: rest.join('?').split('&').filter(Boolean) };
}

export function joinAddress(address: string, options: string[]): string {
  return options.length === 0 ? address : `${address}?${options.join('&')}`;
}

/** Decodes the name, as the driver does: it may be percent-encoded. */
export function nameOf(option: string): string {
  const [name = ''] = new URLSearchParams(option).keys();
  return name;
}
