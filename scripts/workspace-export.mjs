import './prepare.mjs';
await import('../dist/commands/workspace-export.js');
