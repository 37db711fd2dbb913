import './prepare.mjs';
await import('../dist/commands/workspace-indexes.js');
