/**
 * `node --import ./telemetry.mjs run.mjs <api url> <manners> [scenario…]`: runs the scenarios in each manner, such as
 * `chat whole,responses streamed`, and prints what each came to, as JSON. One process for all manners, because loading the
 * Agents SDK takes longer than they do.
 */
import { addTraceProcessor, runAll } from './scenarios.mjs';
import { takeSpans } from './telemetry.mjs';
import { drawTree } from './tree.mjs';

const [url = '', manners = '', ...only] = process.argv.slice(2);

const CLOCK = /^(created|\w+_at)$/;

/** What a trace processor of the application's is told. @type {string[]} */
let told = [];
/** @param {string} moment */
const tell = (moment) => async (/** @type {any} */ what) => {
  told.push(`${moment} ${JSON.stringify(what, (key, value) => (CLOCK.test(key) ? undefined : value))}`);
};
addTraceProcessor({
  onTraceStart: tell('trace start'),
  onTraceEnd: tell('trace end'),
  onSpanStart: tell('span start'),
  onSpanEnd: tell('span end'),
  shutdown: async () => {},
  forceFlush: async () => {},
});

/** @type {string[]} */
let unhandled = [];
process.on('unhandledRejection', (reason) => unhandled.push(String(reason)));

/** @type {Record<string, { results: Record<string, unknown>, unhandled: string[] }>} */
const ran = {};
for (const each of manners.split(',')) {
  const [api, manner] = each.split(' ');
  /** @type {Record<string, unknown>} */
  const results = {};
  await runAll(url, api === 'responses' ? 'responses' : 'chat', manner === 'streamed', only, async (name, outcome) => {
    // What the SDK does after its answer, and what a fake that was left does.
    await new Promise((resolve) => setTimeout(resolve, 30));
    const { spans, open } = takeSpans();
    results[name] = { outcome, told, tree: drawTree(spans), open };
    told = [];
  });
  ran[each] = { results, unhandled };
  unhandled = [];
}
console.log(JSON.stringify(ran));
