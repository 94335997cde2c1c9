import { otelLines } from './matrix.mjs';
import { moduleSystems } from './module-systems.mjs';

/** @import { OtelLine } from './matrix.mjs' */
/** @import { Cell, OtherCell } from './run.mjs' */

/**
 * The result as docs/compatibility.md.
 *
 * @param {readonly Cell[]} cells
 * @param {readonly { version: string }[]} nodes
 * @param {readonly OtherCell[]} others
 */
export function markdown(cells, nodes, others) {
  const systems = Object.entries(moduleSystems);
  const legend = systems.map(([name, { title, app, telemetry }]) => {
    return `| \`${name}\` | ${title} | \`node ${[...telemetry, ...app].join(' ')}\` |`;
  });
  const reasons = [...new Set(cells.flatMap(({ without }) => without ?? []))];
  return `# Compatibility

Written by \`npm run test:compat -- --write\`, which runs each combination as a real process: an application that makes a plain
call, a streaming one and a \`parse()\` (4.19 has none) against a local API, once as it is and once with the packed
package and a \`NodeSDK\` that exports to a local collector. ✓ means that there was one span a call, and that the application
printed the same, errors and warnings included.

Node.js ${nodes.map(({ version }) => version).join(', ')}. ${otelLines.map(({ title }) => title).join('; ')}.

${otelLines.map((otel) => section(otel, cells)).join('\n')}
— ${reasons.join('; ')}. \`openai\` 7 and OpenTelemetry SDK 3 need Node.js 22.

${otherSection(others)}
## How each was started

Every \`telemetry.mjs\` imports \`opentelemetry-instrumentation-openai/register\` first.

| | | |
| - | - | - |
${legend.join('\n')}
${faults(cells)}`;
}

/**
 * @param {OtelLine} otel
 * @param {readonly Cell[]} cells
 */
function section({ major, title }, cells) {
  const mine = cells.filter(({ row }) => row.otel.major === major);
  const names = Object.keys(moduleSystems);
  const keys = [...new Set(mine.map(({ row }) => `| ${row.openai} | ${row.node} |`))];
  const lines = keys.map((key) => {
    const line = mine.filter(({ row }) => `| ${row.openai} | ${row.node} |` === key);
    return `${key} ${names.map((name) => mark(line.find(({ system }) => system === name))).join(' | ')} |`;
  });
  return `## ${title}

| \`openai\` | Node.js | ${names.map((name) => `\`${name}\``).join(' | ')} |
|${' - |'.repeat(names.length + 2)}
${lines.join('\n')}
`;
}

/** @param {readonly OtherCell[]} cells */
function otherSection(cells) {
  const keys = [...new Set(cells.map(({ sdk, version }) => `| \`${sdk}\` | ${version} |`))];
  const lines = keys.map((key) => {
    const [cjs, auto] = ['cjs', 'auto'].map((start) => {
      const cell = cells.find((other) => key === `| \`${other.sdk}\` | ${other.version} |` && other.start === start);
      if (!cell) return '—';
      return cell.fault ? '✗' : '✓';
    });
    return `${key} ${cjs} | ${auto} |`;
  });
  return `## SDKs of other providers

On Node.js ${process.versions.node} with ${otelLines[0].title}: whole and streamed chat completions, raw responses, errors, retries, aborts and
\`break\`. \`cjs\`: CommonJS with \`packages\`, \`auto\`: ES modules with \`/auto\` and \`inspectStreams\`.

| SDK | Version | \`cjs\` | \`auto\` |
| - | - | - | - |
${lines.join('\n')}
`;
}

/** @param {Cell | undefined} cell */
function mark(cell) {
  if (cell?.fault) return '✗';
  return cell?.without ? '—' : '✓';
}

/** @param {readonly Cell[]} cells */
function faults(cells) {
  const lines = cells.flatMap(({ row, system, fault }) =>
    fault
      ? [`- openai ${row.openai}, OpenTelemetry ${row.otel.major}, Node.js ${row.node}, \`${system}\`: ${fault}`]
      : [],
  );
  return lines.length > 0 ? `\n## ✗\n\n${lines.join('\n')}\n` : '';
}
