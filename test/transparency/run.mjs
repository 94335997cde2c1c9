/**
 * Prints the table of ends.
 *
 *   node test/transparency/run.mjs [--sdk 4,6] [--mode instrumented,inspecting] [--cases "success; stream break"]
 *
 * Needs `npm run build`.
 */

import { parseArgs } from 'node:util';
import { compare } from './compare.mjs';
import { HOW_TO_GET_NODE_24, nodeFor, SDKS } from './sdks.mjs';
import { problems, summaryLine, table } from './table.mjs';

const { values } = parseArgs({
  options: {
    sdk: { type: 'string', default: SDKS.map(({ major }) => major).join() },
    mode: { type: 'string', default: 'instrumented,inspecting' },
    cases: { type: 'string' },
  },
});
const majors = values.sdk.split(',').map(Number);
const modes = values.mode.split(',');
const cases = values.cases?.split(';').map((name) => name.trim());

const summaries = [];
for (const sdk of SDKS.filter(({ major }) => majors.includes(major))) summaries.push(...(await runSdk(sdk)));
console.log(`\n${summaries.join('\n')}`);

/** @param {import('./sdks.mjs').Sdk} sdk */
async function runSdk({ major, minNode }) {
  const node = nodeFor({ major, minNode });
  if (!node) return [`sdk ${major}: SKIPPED, it needs Node.js ${minNode}; ${HOW_TO_GET_NODE_24}`];
  const comparisons = await compare({ node, major, modes, cases });
  for (const comparison of comparisons) {
    console.log(`\nopenai ${comparison.sdk}, ${comparison.mode}\n\n${table(comparison)}`);
    if (comparison.rows.some((row) => problems(row).length > 0)) process.exitCode = 1;
  }
  return comparisons.map(summaryLine);
}
