import './prepare.mjs';
await import('../dist/commands/totp.js');
