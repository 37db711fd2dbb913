// `npm start`: one process from here on, so that a signal to it reaches the service.
import './prepare.mjs';
await import('../dist/main.js');
