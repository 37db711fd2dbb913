import { escapeUnprintable, escapeUnprintableLines } from './printable';

/** Further fields that a reader of text needs, in this order. */
const SHOWN = ['error.type', 'request_id', 'trace_id', 'count'];
const LEVEL_WIDTH = 5;
const DURATION = 'http.server.request.duration';

/** Writes a JSON line of the log as text for people; a stack keeps its lines. */
export function textLine(line: string): string {
  const fields = JSON.parse(line) as Record<string, unknown>;
  const { time, level, context, msg, audit } = fields;
  const head = `${show(time)} ${show(level).toUpperCase().padEnd(LEVEL_WIDTH)}`;
  const parts = [
    head,
    ...(context === undefined ? [] : [`[${escapeUnprintable(show(context))}]`]),
    audit === undefined ? escapeUnprintableLines(show(msg)) : escapeUnprintable(show(audit)),
  ];
  const seconds = fields[DURATION];
  if (typeof seconds === 'number') parts.push(`${(seconds * 1000).toFixed(1)} ms`);
  for (const name of SHOWN) {
    if (fields[name] !== undefined) parts.push(`${name}=${escapeUnprintable(show(fields[name]))}`);
  }
  const stack = fields['exception.stacktrace'];
  return `${parts.join(' ')}\n${typeof stack === 'string' ? `${escapeUnprintableLines(stack)}\n` : ''}`;
}

function show(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
