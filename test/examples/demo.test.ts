import { afterEach, describe, expect, it } from 'vitest';
import { startFakeOpenAI } from '../support/fake-openai/index.mjs';
import { startOtlpReceiver } from '../support/otlp-receiver.mjs';
import { runNode } from './run-node.js';

const CALLS = [...Array.from({ length: 7 }, () => 'chat gpt-4.1-mini'), 'chat gpt-flaky', 'chat gpt-overloaded'];

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

function runDemo(env?: Record<string, string>) {
  return runNode('.', ['examples/demo/run.mjs'], env);
}

describe('npm start', () => {
  it('needs no account and draws every call', async () => {
    const { stdout, stderr } = await runDemo();

    expect(stderr).toBe('');
    expect(stdout).toMatch(/^Talking to a pretend OpenAI API/);
    expect(stdout).toMatch(/^→ a tool call: .*21 °C/m);
    expect(stdout).toMatch(/^openai-demo {2}trace [0-9a-f]{32} · 21 spans · 2 errors$/m);
    expect(stdout.match(/(?<=[✓✗◦] )chat \S+/g)).toEqual(CALLS);
    expect(stdout.match(/• llm\.choice .*/g)).toEqual([
      '• llm.choice #0 stop',
      '• llm.choice #0 stop',
      '• llm.choice #1 stop',
      '• llm.choice #0 tool_calls → get_weather',
      '• llm.choice #0 stop',
      '• llm.choice #0 tool_calls → get_weather, get_time',
      '• llm.choice #0 stop',
    ]);
    expect(stdout).toMatch(/✓ execute_tool get_weather /);
    expect(stdout).toMatch(/✗ execute_tool get_time .*\n.*Error: the clock has stopped/);
    expect(stdout).toMatch(/streaming completed, \d+ chunks, first after/);
    expect(stdout).toMatch(/◦ chat gpt-4\.1-mini .*\n.*streaming cancelled, \d+ chunks/);
    expect(stdout).toMatch(/✓ chat gpt-flaky .*\n.*\n.*HTTP 200 · retries 2/);
    expect(stdout).toMatch(/✗ chat gpt-overloaded .*\n.*HTTP 503 · retries 2.*\n +InternalServerError: 503/);
    expect(stdout).not.toContain('Exported to');
  });

  it('exports to a collector as well, if there is one', async () => {
    const collector = await startOtlpReceiver();
    closers.push(collector.close);

    const { stdout } = await runDemo({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
    const spans = await collector.waitForSpans(21);

    expect(stdout).toContain(`Exported to ${collector.url}`);
    expect(spans.map(({ name }) => name).filter((name) => name.startsWith('chat '))).toEqual(CALLS);
    expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1);
  });

  it('talks to the API that the environment names, and goes on if it refuses', async () => {
    const api = await startFakeOpenAI();
    closers.push(api.close);

    const { stdout } = await runDemo({ OPENAI_API_KEY: 'sk-mine', OPENAI_BASE_URL: api.scenario('status-404') });

    expect(stdout).toContain(`Talking to ${api.scenario('status-404')}`);
    expect(stdout.match(/^→ .*: Error: 404/gm)).toHaveLength(8);
    expect(api.requests[0]?.headers.authorization).toBe('Bearer sk-mine');
  });
});
