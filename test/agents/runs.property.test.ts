import { createRequire } from 'node:module';
import type OpenAI from 'openai';
import { expect, it } from 'vitest';
import { runs } from '../random/runs.js';
import { holds } from '../support/property.js';
import { Application, lineage } from './support/application.js';
import { Interpreter, program } from './support/programs.js';
import { ScriptedApi } from './support/scripted-api.js';

const app = new Application();
const api = new ScriptedApi();
const { OpenAI: Client } = createRequire(process.env.AGENTS_SDK ?? import.meta.url)('openai') as {
  OpenAI: typeof OpenAI;
};
const client = new Client({ apiKey: 'sk-pretend', fetch: api.fetch as never, maxRetries: 0 });
const isOld = !('withTraceContext' in app.agents);

it.each([
  { with: 'both instrumentations', isAlone: false, programs: 60 },
  { with: 'that of the Agents SDK alone', isAlone: true, programs: 20 },
])(
  'with $with: every span of a random program is where its work was started, ends, and names its own agent and conversation',
  async ({ isAlone, programs }) => {
    if (isAlone) app.openai.disable();
    await holds('programs of agents', runs(programs), [program], async ({ useResponses, actions }) => {
      const setting = { isOld, isAlone };
      const interpreter = new Interpreter(app.agents, app.tracer, api, client, useResponses, setting);
      await interpreter.run(actions);
      // What was cut off comes to its end.
      await app.settled();
      const spans = app.take();
      const paths = lineage(spans);
      const found = [...paths].sort();
      const certain = found.filter((path) => !interpreter.possible.has(path));
      expect(certain).toEqual(interpreter.expected.sort());
      for (const [i, path] of paths.entries()) {
        const { 'gen_ai.conversation.id': conversation, 'gen_ai.agent.name': agent } = spans[i]?.attributes ?? {};
        expect({ path, conversation, agent }).toEqual({
          path,
          conversation: lastNamed(path, 'invoke_workflow'),
          agent: lastNamed(path, 'invoke_agent'),
        });
      }
      for (const [i, path] of paths.entries()) {
        if (interpreter.possible.has(path) || !/ chat [^>]*$/.test(path)) continue;
        // Also of streams, which nobody reads but the Agents SDK.
        expect(spans[i]?.attributes).toMatchObject({
          'gen_ai.usage.input_tokens': 11,
          'gen_ai.usage.output_tokens': 7,
        });
      }
      expect(app.said).toEqual([]);
    });
  },
  120_000,
);

function lastNamed(path: string, operation: string): string | undefined {
  const spans = path.split(' > ').filter((name) => name.startsWith(`${operation} `));
  return spans.at(-1)?.slice(operation.length + 1);
}
