import { describe, expect, onTestFinished, test } from 'vitest';
import { compare } from './compare.mjs';
import { HOW_TO_GET_NODE_24, nodeFor, SDKS } from './sdks.mjs';
import { problems, summaryLine } from './table.mjs';

const MODES = ['instrumented', 'inspecting'];
// Some two hundred and fifty applications in each of three processes.
const TIMEOUT_MS = 200_000;

describe('every way a call can end, with and without the instrumentation', () => {
  for (const sdk of SDKS) {
    const node = nodeFor(sdk);
    const name = `openai ${sdk.major}`;
    if (!node) {
      const notice = `${name} SKIPPED, it needs Node.js ${sdk.minNode}: ${HOW_TO_GET_NODE_24}`;
      console.warn(notice);
      test.skip(notice);
      continue;
    }
    test(`${name} is the same, and every span ends once as it should`, { timeout: TIMEOUT_MS }, async () => {
      const comparisons = await compare({ node, major: sdk.major, modes: MODES });
      onTestFinished(() => console.log(comparisons.map(summaryLine).join('\n')));
      const wrong = comparisons.flatMap(({ rows }) => rows.filter((row) => problems(row).length > 0));
      expect(
        wrong.map((row) => [`${row.sdk} ${row.mode}: ${row.name}`, ...problems(row)].join('\n  ')).join('\n'),
      ).toBe('');
      for (const { rows } of comparisons) expect(rows.length).toBeGreaterThan(200);
    });
  }
});
