import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fixtures } from '../bundlers/fixtures.mjs';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

/** The blocks of code on a page that are whole files, by the name that stands above each. */
function filesOn(page: string): [string, string][] {
  return [...page.matchAll(/^`([\w./-]+)`\n\n```js\n(.*?)^```$/gms)].map(([, name = '', code = '']) => [name, code]);
}

describe('README.md', () => {
  // test/exit runs its telemetry files.
  it('shows app.mjs as examples/quickstart has it', () => {
    expect(Object.fromEntries(filesOn(read('README.md')))['app.mjs']).toBe(read('examples/quickstart/app.mjs'));
  });
});

describe('docs/bundlers.md', () => {
  const page = read('docs/bundlers.md');
  const { scripts } = JSON.parse(read('test/bundlers/fixture/package.json')) as { scripts: Record<string, string> };

  it.each(filesOn(page))('shows %s as it is built', (name, code) => {
    expect(code).toBe(read(`test/bundlers/fixture/${name}`));
  });

  it.each(Object.entries(fixtures))('shows how %s is built and started', (name, start) => {
    expect(page).toContain(`\`\`\`sh\n${scripts[name]}\nnode ${start.join(' ')}\n\`\`\``);
  });

  it('shows the files that make the difference', () => {
    const names = filesOn(page).map(([name]) => name);
    const configurations = Object.values(scripts).flatMap((script) => script.match(/--config (\S+)/)?.[1] ?? []);
    expect(names).toEqual(expect.arrayContaining(['src/openai.mjs', 'next/lib/openai.js', ...configurations]));
  });
});

describe('docs/troubleshooting.md', () => {
  const page = read('docs/troubleshooting.md');

  it('begins with what brings people there', () => {
    expect(page.match(/^## .*/gm)?.[0]).toBe('## I see no spans');
  });

  it.each(filesOn(page))('shows %s as it is tested', (name, code) => {
    expect(code).toBe(read(`test/compat/apps/${name}`));
  });

  it('knows every warning by its words', () => {
    const source = read('src/patching/warnings.ts');
    for (const words of [
      'that is not traced, and no call has been traced before',
      'by another OpenAIInstrumentation',
    ]) {
      expect(page).toContain(words);
      expect(source).toContain(words);
    }
  });
});
