// `npm start`: prepares, then runs the service in this process.
import './prepare.mjs';
import { onLostParent } from './child.mjs';

onLostParent(() => process.kill(process.pid, 'SIGTERM'));

await import('../dist/main.js');
