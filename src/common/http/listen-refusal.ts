import { isNativeError } from 'node:util/types';
import { OperatorError } from '../errors/operator-error';

const NO_ADDRESS = ['EADDRNOTAVAIL', 'ENOTFOUND', 'EAI_AGAIN', 'EINVAL', 'EAFNOSUPPORT', 'ENODATA'];

/**
 * Explains to the operator why the service cannot listen; undefined for an unexpected error.
 * @param prefix of the variables that say where to listen
 */
export function listenRefusal(
  error: unknown,
  port: number,
  host: string,
  prefix = '',
): OperatorError | undefined {
  const code = isNativeError(error) && 'code' in error ? String(error.code) : '';
  if (code === 'EADDRINUSE') {
    return new OperatorError(
      `Port ${port} is in use on ${host}: stop the program that uses it, or set ${prefix}PORT to another port (0 takes any free one).`,
    );
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return new OperatorError(
      `This user may not listen on port ${port} (${code}): set ${prefix}PORT to another port; ports below 1024 need special rights.`,
    );
  }
  if (!NO_ADDRESS.includes(code)) return undefined;
  return new OperatorError(
    `${prefix}HOST is not an address of this machine (${code}): 0.0.0.0 listens on all of its addresses.`,
  );
}
