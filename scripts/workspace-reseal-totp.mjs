import './prepare.mjs';
await import('../dist/commands/workspace-reseal-totp.js');
