/**
 * The benchmark: `npm run bench [-- calls | growth | startup] [--processes 10] [--workloads small,stream]
 * [--variants 'bare;ours, not sampled'] [--out docs/performance.md]`. Without a command it does all three.
 */

import { parseArgs } from 'node:util';
import { measureCalls } from './calls.mjs';
import { measureGrowth } from './growing.mjs';
import { callsReport, growthReport, machine, startupReport, targetsReport, write } from './report.mjs';
import { measureStartup } from './startup.mjs';
import { variants } from './variants.mjs';
import { workloads } from './workloads.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    processes: { type: 'string', default: '10' },
    workloads: { type: 'string' },
    variants: { type: 'string' },
    out: { type: 'string' },
  },
});
const commands = positionals.length > 0 ? positionals : ['calls', 'growth', 'startup'];
const processes = Number(values.processes);

const names = values.variants?.split(';') ?? variants.map(({ name }) => name);
const chosen = values.workloads?.split(',') ?? workloads.map(({ name }) => name);

const sections = [machine(processes)];
if (commands.includes('calls')) {
  const results = await measureCalls({ processes, variants: names, workloads: chosen, memory: true });
  sections.push(targetsReport(results), callsReport(results, chosen));
}
if (commands.includes('growth')) sections.push(growthReport(await measureGrowth(Math.ceil(processes / 3))));
if (commands.includes('startup')) sections.push(startupReport(await measureStartup(processes)));

const text = sections.join('\n');
console.log(text);
if (values.out) write(values.out, text);
