// Usage: node scripts/sum-results.mjs FAILED_STEPS FOLDER
// Sums Jest's JSON reports and prints CI's last line. Fails when anything failed or nothing ran.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const [failedSteps, folder] = process.argv.slice(2);
const reports = readdirSync(folder).map((name) =>
  JSON.parse(readFileSync(join(folder, name), 'utf8')),
);
const sum = (field) => reports.reduce((total, report) => total + report[field], 0);

const passed = sum('numPassedTests');
// A suite that failed to load has no tests to count.
const failed = sum('numFailedTests') + sum('numRuntimeErrorTestSuites');
const steps = Number(failedSteps);
if (steps > 0) console.log(`${steps} step(s) failed, see above.`);
if (passed + failed === 0) console.log('No test ran.');
console.log(`${passed} passed, ${failed} failed`);
process.exit(steps > 0 || failed > 0 || passed === 0 ? 1 : 0);
