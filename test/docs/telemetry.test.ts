import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as semconv from '../../src/semconv.js';

const page = readFileSync(new URL('../../docs/telemetry.md', import.meta.url), 'utf8');

/** What stands in code font, with `.suffix` read as a further name of the same family. */
function namesOn(text: string): Set<string> {
  const names = new Set<string>();
  let family = '';
  for (const [, code = ''] of text.matchAll(/`([^`]+)`/g)) {
    const name = code.startsWith('.') ? family + code : code;
    if (!code.startsWith('.')) family = code.slice(0, code.lastIndexOf('.'));
    names.add(name);
  }
  return names;
}

describe('docs/telemetry.md', () => {
  const documented = namesOn(page);

  it.each(Object.values(semconv))('names %s', (name) => {
    expect(documented).toContain(name);
  });

  it('names nothing that is not recorded', () => {
    const recorded = new Set<string>(Object.values(semconv));
    const ours = [...documented].filter((name) =>
      /^(gen_ai|llm|openai|http|server|error|exception)\.[\w.]+$/.test(name),
    );
    expect(ours.filter((name) => !recorded.has(name))).toEqual([]);
  });
});
