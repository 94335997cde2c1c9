import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROOT = new URL('../../', import.meta.url);

/**
 * The code blocks of a page that begin with a comment `// telemetry: <name>` or `// application: <name>`, as modules.
 *
 * @returns the exports of each block, by the text of its comment
 */
export async function importSnippets(page: string): Promise<Map<string, Record<string, unknown>>> {
  const folder = new URL(`.cache/snippets/${page.replaceAll('/', '-')}/`, ROOT);
  mkdirSync(folder, { recursive: true });
  const text = readFileSync(new URL(page, ROOT), 'utf8');
  const modules = new Map<string, Record<string, unknown>>();
  for (const [, code = '', name = ''] of text.matchAll(
    /^```js\n(\/\/ ((?:telemetry|application): [^\n]*)\n.*?)^```$/gms,
  )) {
    const file = fileURLToPath(new URL(`${name.replace(/\W+/g, '-')}.mjs`, folder));
    writeFileSync(file, code);
    modules.set(name, await import(/* @vite-ignore */ file));
  }
  return modules;
}
