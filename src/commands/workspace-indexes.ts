import 'reflect-metadata';
import { escapeUnprintableLines } from '../common/logging/printable';
import { IndexInspector } from '../workspace-admin/indexes/index.inspector';
import { createMissing, describeSurvey } from './index-report';
import { parseOptions } from './parse-options';
import { onWorkspace, runCommand } from './run-command';

const USAGE =
  'Usage: npm run workspace:indexes               shows what is there and what is missing\n' +
  '       npm run workspace:indexes -- --apply    makes what is missing';

/** Shows which of the indexes that the service's look-ups go by are there, and makes the missing ones if asked. */
runCommand(async () => {
  const options = { apply: { type: 'boolean' } } as const;
  const { apply } = parseOptions(process.argv.slice(2), options, USAGE);
  await onWorkspace(async (context) => {
    const survey = context.get(IndexInspector);
    const found = await survey.survey();
    console.log(escapeUnprintableLines(`${describeSurvey(found)}\n`));
    if (apply === true) await createMissing(survey, found, console.log);
    else console.log('Nothing has been changed.');
  });
});
