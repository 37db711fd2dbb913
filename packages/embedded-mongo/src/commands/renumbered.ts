import { CommandError } from '../errors';
import type { CodeName } from '../errors';

/**
 * Runs an action whose errors this command numbers otherwise.
 * @param codes the number or name to answer with, by the name of what is thrown
 */
export function renumbered<T>(
  codes: Partial<Record<CodeName, CodeName | number>>,
  action: () => T,
): T {
  try {
    return action();
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    const code = codes[error.codeName as CodeName];
    throw code === undefined ? error : new CommandError(code, error.message, error.details);
  }
}
