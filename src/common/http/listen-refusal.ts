import { isNativeError } from 'node:util/types';
import { OperatorError } from '../errors/operator-error';

/** The address is none of this machine's, or none at all. */
const NO_ADDRESS = ['EADDRNOTAVAIL', 'ENOTFOUND', 'EAI_AGAIN', 'EINVAL', 'EAFNOSUPPORT', 'ENODATA'];

/**
 * Why the service cannot listen, and what to do.
 * @returns undefined when it is something that nobody could expect
 */
export function listenRefusal(
  error: unknown,
  port: number,
  host: string,
): OperatorError | undefined {
  const code = isNativeError(error) && 'code' in error ? String(error.code) : '';
  if (code === 'EADDRINUSE') {
    return new OperatorError(
      `Port ${port} is in use on ${host}: end the program that has it, or choose another one by PORT (0 takes any free one).`,
    );
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return new OperatorError(
      `This user may not listen on port ${port} (${code}): choose another one by PORT; those below 1024 take rights of their own.`,
    );
  }
  if (!NO_ADDRESS.includes(code)) return undefined;
  return new OperatorError(
    `HOST is no address of this machine (${code}): 0.0.0.0 listens on all of them.`,
  );
}
