import './prepare.mjs';
await import('../dist/commands/workspace-import.js');
