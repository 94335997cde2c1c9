import { expect, it } from 'vitest';
import { runNode } from './run-node.js';

const NAME = /[✓✗◦] (.+?) {2,}/;

it('the Realtime chat draws its session, with its responses and what listeners did inside', async () => {
  const args = ['examples/realtime/run.mjs', '--say', 'hi there', '--say', 'What is the weather in Paris?'];
  const { stdout } = await runNode('.', args);
  const names = stdout.split('\n').flatMap((line) => NAME.exec(line)?.[1] ?? []);
  const chat = 'chat gpt-realtime';
  expect(names).toEqual(['realtime_session gpt-realtime', chat, chat, 'weather service', chat]);
  expect(stdout).toContain('You said: hi there');
  expect(stdout).toContain('21 degrees and sunny in Paris');
});
