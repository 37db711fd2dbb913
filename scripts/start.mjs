// `npm start`: prepares, then runs the service in this very process.
import './prepare.mjs';

// npm and the shell between us may die of a signal without passing it on: whoever has lost them stops as well.
const parent = process.ppid;
setInterval(() => {
  if (process.ppid !== parent) process.kill(process.pid, 'SIGTERM');
}, 500).unref();

await import('../dist/main.js');
