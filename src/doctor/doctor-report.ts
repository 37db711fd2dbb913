import { escapeUnprintable } from '../common/logging/printable';
import { FindingStatus } from './finding';
import { NamedFinding } from './named-finding';

const STATUS_WIDTH = 4;

/** One line for each finding, its advice below it, and the totals. */
export function describeFindings(findings: NamedFinding[]): string {
  const width = Math.max(...findings.map(({ check }) => check.length));
  const lines = findings.flatMap(({ check, status, found, advice }) => {
    const head = `${status.padEnd(STATUS_WIDTH)}  ${check.padEnd(width)}  `;
    const line = head + oneLine(found);
    return advice === undefined
      ? [line]
      : [line, `${' '.repeat(head.length)}-> ${oneLine(advice)}`];
  });
  const counts = (['ok', 'warn', 'fail', 'skip'] as const)
    .map((status) => [count(findings, status), status] as const)
    .filter(([number, status]) => number > 0 || status === 'ok')
    .map(([number, status]) => `${number} ${status}`);
  return `${[...lines, '', counts.join(', ')].join('\n')}\n`;
}

export function findingsAsJson(findings: NamedFinding[]): string {
  return `${escapeUnprintable(JSON.stringify({ healthy: isHealthy(findings), findings }))}\n`;
}

/** A warning is no failure. */
export function isHealthy(findings: NamedFinding[]): boolean {
  return count(findings, 'fail') === 0;
}

function count(findings: NamedFinding[], wanted: FindingStatus): number {
  return findings.filter(({ status }) => status === wanted).length;
}

/** Names of roles and databases may hold anything. */
function oneLine(text: string): string {
  return escapeUnprintable(text.replace(/:\n\s*/g, ': ').replace(/\s*\n\s*/g, '; '));
}
