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

it('the voice agent draws its turns, its tool with what is done inside, and its hand-off', async () => {
  const said = ['--say', 'What is the weather in Paris?', '--say', 'Transfer me to the travel desk, please.'];
  const { stdout, stderr } = await runNode('.', ['examples/realtime/run.mjs', '--agent', ...said]);
  const names = stdout.split('\n').flatMap((line) => NAME.exec(line)?.[1] ?? []);
  const chat = 'chat gpt-realtime';
  expect(stderr).toBe('');
  expect(names).toEqual([
    'realtime_session gpt-realtime',
    ...[chat, 'execute_tool get_weather', 'weather service', chat],
    ...[chat, 'handoff travel desk', chat],
  ]);
  expect(stdout).toContain('guide: ');
  expect(stdout).toContain('travel desk: ');
});
