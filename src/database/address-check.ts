import { readFileSync } from 'node:fs';
import { createSecureContext, SecureContextOptions } from 'node:tls';
import { mongo } from 'mongoose';
import { ConfigurationError } from '../config/configuration';
import {
  CONCERNS,
  hidesItsHost,
  joinAddress,
  nameOf,
  splitAddress,
  withoutConcerns,
} from './connection-options';

const ENCODE =
  'In a user name or password everything but letters and digits is percent-encoded: ' +
  '@ is %40, : is %3A, / is %2F, ? is %3F, # is %23, % is %25';
/** After one of these, a part of a secret may look like an option: `&` in a password. */
const SECRET_OPTION = /password|properties|username/i;
const WHY: Record<string, string> = {
  maxstalenessseconds: 'reads always go to the primary, which is never behind',
};
const FILES: Record<string, (content: Buffer, passphrase?: string) => SecureContextOptions> = {
  tlscafile: (ca) => ({ ca }),
  tlscrlfile: (crl) => ({ crl }),
  tlscertificatekeyfile: (pem, passphrase) => ({
    cert: pem,
    key: pem,
    ...(passphrase === undefined ? {} : { passphrase }),
  }),
};

/**
 * Validates `MONGODB_URI` without a network; the driver decides, so none of its rules is repeated here.
 * @throws ConfigurationError naming the option but no value: the address may hold a password
 */
export function checkAddress(uri: string): void {
  const { address, options } = splitAddress(withoutConcerns(uri));
  if (hidesItsHost(uri) || !isAccepted(address)) {
    throw wrong(`its user name, password or host cannot be read. ${ENCODE}.`);
  }
  if (!isAccepted(joinAddress(address, options))) {
    const names = wrongOptions(address, options).map(inWords);
    throw wrong(`the database driver does not accept ${names.join(' and ') || 'its options'}.`);
  }
  checkFiles(options);
}

/** Options that are invalid alone, or else those without which the others are valid. */
function wrongOptions(address: string, options: string[]): string[] {
  const names = [...new Set(options.map(nameOf))];
  const only = (name: string): string[] => options.filter((option) => nameOf(option) === name);
  const others = (name: string): string[] => options.filter((option) => nameOf(option) !== name);
  const alone = names.filter((name) => !isAccepted(joinAddress(address, only(name))));
  const found =
    alone.length > 0
      ? alone
      : names.filter((name) => isAccepted(joinAddress(address, others(name))));
  const secret = names.findIndex((name) => SECRET_OPTION.test(name));
  return found.filter(
    (name) => /^[A-Za-z]{1,40}$/.test(name) && (secret === -1 || names.indexOf(name) <= secret),
  );
}

function inWords(name: string): string {
  const why = WHY[name.toLowerCase()];
  return why === undefined ? `its option ${name}` : `its option ${name} (${why})`;
}

/** The driver validates in the constructor, before it connects. */
function isAccepted(uri: string): boolean {
  try {
    new mongo.MongoClient(uri, CONCERNS);
    return true;
  } catch {
    return false;
  }
}

function checkFiles(options: string[]): void {
  const values = new Map(
    [...new URLSearchParams(options.join('&'))].map(([name, value]) => [name.toLowerCase(), value]),
  );
  for (const option of options.map(nameOf)) {
    const contextOf = FILES[option.toLowerCase()];
    const path = values.get(option.toLowerCase());
    if (!contextOf || path === undefined) continue;
    try {
      const passphrase = values.get('tlscertificatekeyfilepassword');
      createSecureContext(contextOf(readFileSync(path), passphrase));
    } catch (error) {
      const { code = 'not readable' } = error as NodeJS.ErrnoException;
      throw wrong(`the file that its option ${option} names cannot be used (${code}).`);
    }
  }
}

function wrong(what: string): ConfigurationError {
  return new ConfigurationError(`MONGODB_URI is wrong: ${what}`);
}
