// Usage: node lint-texts.mjs <CASES, where CASES is a JSON list of { path, text }
// Prints, as JSON, what ESLint's own configuration of this project says of each text when it stands in a file of that path
// (`messages`), and the table of rooms. Rules that need types are off: the files do not exist.
import { fileURLToPath } from 'node:url';
import { text } from 'node:stream/consumers';
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';
import { ROOMS } from '../../eslint.boundaries.mjs';

const eslint = new ESLint({
  cwd: fileURLToPath(new URL('../..', import.meta.url)),
  overrideConfig: [
    { files: ['**/*.ts'], ...tseslint.configs.disableTypeChecked },
    { files: ['**/*.ts'], languageOptions: { parserOptions: { projectService: false } } },
  ],
});

const messages = [];
for (const { path, text: code } of JSON.parse(await text(process.stdin))) {
  const [result] = await eslint.lintText(code, { filePath: path });
  const ours = result.messages.filter(({ ruleId }) => /^boundaries|restricted/.test(ruleId ?? ''));
  messages.push(ours.map(({ message }) => message));
}
process.stdout.write(JSON.stringify({ messages, rooms: ROOMS }));
