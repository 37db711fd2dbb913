import 'reflect-metadata';
import { NewWorkspace } from '../workspace-admin/init/new-workspace.service';
import { parseInitOptions } from './init-options';
import { readPassword } from './read-password';
import { onWorkspace, runCommand } from './run-command';

/** Makes a workspace of an empty database, with its first administrator. */
runCommand(async () => {
  const administrator = parseInitOptions(process.argv.slice(2));
  await onWorkspace(async (context) => {
    const workspace = context.get(NewWorkspace);
    // Before anybody types a password in vain.
    await workspace.refuseUnlessEmpty();
    const password = await readPassword(process.stdin, process.stderr);
    const id = await workspace.create(administrator, password);
    console.log(`The workspace is ready. Its administrator: ${administrator.username} (id ${id}).`);
    console.log(
      'Next: npm start, sign in by POST /api/v1/login, and set up a second factor by POST /api/v1/users.enableTotp.',
    );
  });
});
