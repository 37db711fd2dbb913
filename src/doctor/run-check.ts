import { Check } from './check';
import { failureReason } from './failure-reason';
import { fail } from './finding';
import { NamedFinding } from './named-finding';

export const CHECK_TIMEOUT_MS = 30_000;

/** Runs one check. Errors and time-outs are findings, too. */
export async function runCheck<Subject>(
  { name, run }: Check<Subject>,
  subject: Subject,
  timeoutMs = CHECK_TIMEOUT_MS,
): Promise<NamedFinding> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<NamedFinding>((resolve) => {
    timer = setTimeout(() => {
      const found = `it has not finished within ${timeoutMs / 1000} s`;
      resolve({
        check: name,
        ...fail(
          found,
          'Run the doctor again; if it hangs again, look at the network and at the load.',
        ),
      });
    }, timeoutMs);
  });
  try {
    return await Promise.race([find(run, name, subject), tooLate]);
  } finally {
    clearTimeout(timer);
  }
}

async function find<Subject>(
  run: Check<Subject>['run'],
  check: string,
  subject: Subject,
): Promise<NamedFinding> {
  try {
    return { check, ...(await run(subject)) };
  } catch (error) {
    return {
      check,
      ...fail(
        `it could not be checked: ${failureReason(error)}`,
        'Fix that, and run the doctor again.',
      ),
    };
  }
}
