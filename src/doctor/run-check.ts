import { Check } from './check';
import { failureReason } from './failure-reason';
import { fail } from './finding';
import { NamedFinding } from './named-finding';

/** How long one check may take. */
export const CHECK_TIMEOUT_MS = 30_000;

/** Runs one check. It always gives a finding, in time: an error or a check that hangs is one, too. */
export async function runCheck<Subject>(
  { name, run }: Check<Subject>,
  subject: Subject,
  timeoutMs = CHECK_TIMEOUT_MS,
): Promise<NamedFinding> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<NamedFinding>((resolve) => {
    timer = setTimeout(() => {
      const found = `it has not ended within ${timeoutMs / 1000} s`;
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
        'Mend that, and run the doctor again.',
      ),
    };
  }
}
