// Checks that each regular expression of the package takes time in proportion to the text: `npm run check:regexps`.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { check } from 'recheck';
import ts from 'typescript';

/** Milliseconds for one expression. A machine that is busy can need many. */
const TIMEOUT = 120_000;

const root = new URL('../../src', import.meta.url).pathname;
const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
let failed = 0;
let checked = 0;

for (const file of files) {
  for (const { line, source, flags } of regexpsOf(file)) {
    const result = source === undefined ? undefined : await check(source, flags, { timeout: TIMEOUT });
    checked++;
    if (result?.status === 'safe') continue;
    failed++;
    console.error(`src/${file}:${line}: ${result ? explain(result) : 'write it as a literal, so that it is checked'}`);
  }
}
if (checked === 0) throw new Error('no regular expression was found');
console.log(`${checked} regular expressions, ${failed} that can take more than linear time`);
process.exitCode = failed > 0 ? 1 : 0;

/**
 * @param {string} file
 * @returns {{ line: number, source?: string, flags: string }[]} without a source for an expression that is put together at
 * run time
 */
function regexpsOf(file) {
  const tree = ts.createSourceFile(file, readFileSync(join(root, file), 'utf8'), ts.ScriptTarget.Latest, true);
  /** @type {ReturnType<typeof regexpsOf>} */
  const found = [];
  /** @param {ts.Node} node */
  const visit = (node) => {
    const line = tree.getLineAndCharacterOfPosition(node.getStart()).line + 1;
    if (ts.isRegularExpressionLiteral(node)) {
      const end = node.text.lastIndexOf('/');
      found.push({ line, source: node.text.slice(1, end), flags: node.text.slice(end + 1) });
    }
    // The constructor. As a type, the name does no harm.
    const isValue = ts.isIdentifier(node) && !ts.isTypeReferenceNode(node.parent);
    if (isValue && node.text === 'RegExp') found.push({ line, flags: '' });
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}

/** @param {import('recheck').Diagnostics} result */
function explain(result) {
  const why =
    result.status === 'vulnerable' ? `${result.complexity.summary}, for example ${result.attack.pattern}` : 'no result';
  return `/${result.source}/${result.flags}: ${why}`;
}
