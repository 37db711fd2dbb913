import './prepare.mjs';
await import('../dist/commands/workspace-revoke-demo.js');
