import './prepare.mjs';
await import('../dist/commands/workspace-init.js');
