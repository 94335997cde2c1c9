import { expect, it } from 'vitest';
import { LazyImportHook } from '../../src/patching/import-hook.js';

const IMPORT = { conditions: ['node', 'import'], parentURL: 'file:///app.mjs' };
const FILE = 'file:///node_modules/openai/index.mjs';

function hooks() {
  const asked: string[] = [];
  const hook = new LazyImportHook((url) => asked.push(url) > 0 && url === FILE);
  const resolve = (url: string, context: object = IMPORT) => hook.resolve(url, context, () => ({ url }));
  return { asked, hook, resolve };
}

it('passes on what is not hooked, before and after the first module that is', () => {
  const { hook, resolve } = hooks();
  const source = { source: 'export {}', format: 'module' };
  for (let round = 0; round < 2; round++) {
    expect(resolve('file:///app/module.mjs')).toEqual({ url: 'file:///app/module.mjs' });
    expect(hook.load('file:///app/module.mjs', {}, () => source)).toBe(source);
    expect(resolve(FILE).url).toBe(`${FILE}?iitm=true`);
  }
});

it('hooks no module that is required', () => {
  const { asked, resolve } = hooks();
  expect(resolve(FILE, { conditions: ['node', 'require'] })).toEqual({ url: FILE });
  expect(asked).toEqual([]);
});
