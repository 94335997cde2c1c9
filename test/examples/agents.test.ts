import { expect, it } from 'vitest';
import { runNode } from './run-node.js';

const NAME = /[✓✗◦] (.+?) {2,}/;

it('the to-do assistant draws its runs over both APIs', async () => {
  const { stdout } = await runNode('.', ['examples/agents/run.mjs'], { NODE_ENV: 'production' });
  const names = stdout.split('\n').flatMap((line) => NAME.exec(line)?.[1] ?? []);
  const run = (api: string) => [
    `POST /chat, over ${api}`,
    'invoke_workflow To-do list',
    'invoke_agent todo',
    'chat gpt-4.1-mini',
    'execute_tool add',
    'INSERT todo',
    'execute_tool show',
    'SELECT todo',
    'chat gpt-4.1-mini',
  ];
  expect(names).toEqual([...run('chat completions'), ...run('responses')]);
  expect(stdout).not.toContain('not seen here');
  expect(stdout).toContain('→ responses: The tools say: ');
});
