import { setTimeout as wait } from 'node:timers/promises';
import {
  Agent,
  OpenAIProvider,
  Runner,
  RunState,
  setTracingDisabled,
  setTracingIdGenerator,
  tool,
  withCustomSpan,
  withTrace,
} from '@openai/agents';
import { context, propagation, trace } from '@opentelemetry/api';
import { z } from 'zod';

export { addTraceProcessor } from '@openai/agents';

/**
 * @typedef {object} Setting
 * @property {Runner} runner
 * @property {boolean} stream
 * @property {string} baseURL
 * @property {(scenario: string) => Runner} runnerOf A runner whose API behaves as in this scenario of the fake API.
 */

const tracer = trace.getTracer('application');

/**
 * Does something under a span of the application's.
 *
 * @template T
 * @param {string} name
 * @param {() => Promise<T> | T} work
 * @returns {Promise<T>}
 */
export function step(name, work) {
  return tracer.startActiveSpan(name, async (span) => {
    try {
      return await work();
    } finally {
      span.end();
    }
  });
}

const city = z.object({ city: z.string() });

const weather = tool({
  name: 'weather',
  description: 'The weather in a city',
  parameters: city,
  execute: () => step('db query', () => wait(2, 'sunny')),
});

const clock = tool({
  name: 'clock',
  description: 'The time in a city',
  parameters: city,
  execute: () => step('read clock', () => wait(5, 'noon')),
});

const broken = tool({
  name: 'broken',
  description: 'Never works',
  parameters: city,
  execute: () =>
    step('before it breaks', () => {
      throw new TypeError('the tool broke');
    }),
});

const fatal = tool({
  name: 'fatal',
  description: 'Never works, and says so',
  parameters: city,
  errorFunction: null,
  execute: () => {
    throw new RangeError('the tool is fatal');
  },
});

/** @param {string} name */
const needsApproval = (name) =>
  tool({
    name,
    description: 'Gives money back',
    parameters: city,
    needsApproval: true,
    execute: () => step('pay', () => 'refunded'),
  });

const guarded = needsApproval('refund');

/** @param {Partial<import('@openai/agents').AgentOptions>} [options] */
function assistant(options) {
  return new Agent({ name: 'Assistant', instructions: 'Help.', tools: [weather, clock], ...options });
}

/** @type {import('@openai/agents').MCPServer} */
const mcpServer = {
  name: 'files',
  cacheToolsList: false,
  connect: async () => {},
  close: async () => {},
  invalidateToolsCache: async () => {},
  listTools: () =>
    step('ask server', () => [
      {
        name: 'read',
        description: 'Reads a file',
        inputSchema: { type: 'object', properties: {}, required: [], additionalProperties: false },
      },
    ]),
  callTool: () => step('read file', () => [{ type: 'text', text: 'contents' }]),
};

function deferred() {
  /** @type {() => void} */
  let resolve = () => {};
  const promise = new Promise((/** @type {(value: undefined) => void} */ done) => {
    resolve = () => done(undefined);
  });
  return { promise, resolve };
}

/** @param {string} name @param {boolean} tripwireTriggered */
function guardrail(name, tripwireTriggered) {
  return { name, execute: () => step(`check ${name}`, () => ({ tripwireTriggered, outputInfo: { name } })) };
}

/**
 * Runs an agent as an application would, and tells all that it could see.
 *
 * @param {Setting} setting
 * @param {Agent<any, any>} agent
 * @param {any} input
 * @param {object} [options]
 */
async function run({ runner, stream }, agent, input, options = {}) {
  if (!stream) return seen(await runner.run(agent, input, options));
  const result = await runner.run(agent, input, { ...options, stream: true });
  const events = [];
  for await (const event of result) events.push(nameOf(event));
  await result.completed;
  return { ...seen(result), events };
}

/** @param {any} result */
function seen(result) {
  return {
    output: result.finalOutput,
    agent: result.lastAgent?.name,
    items: result.newItems.map((/** @type {any} */ item) => item.type),
    history: result.history,
    usage: result.state.usage,
    interruptions: result.interruptions.length,
  };
}

/** @param {any} event */
function nameOf(event) {
  return [event.type, event.name ?? event.data?.type ?? event.agent?.name].join(' ');
}

/** A run without tools, for inside of others. @param {Setting} setting */
async function ask({ runner, stream }) {
  const agent = new Agent({ name: 'Helper', instructions: 'Help.' });
  if (!stream) return (await runner.run(agent, 'Hello')).finalOutput;
  const result = await runner.run(agent, 'Hello', { stream: true });
  await result.completed;
  return result.finalOutput;
}

/** @param {() => unknown} work */
function delegate(work) {
  return tool({ name: 'delegate', description: 'Delegates work', parameters: city, execute: async () => work() });
}

/** @type {Record<string, (setting: Setting) => Promise<unknown>>} */
export const scenarios = {
  'one tool call': (setting) => run(setting, assistant(), 'How is the weather?'),

  'parallel tools': (setting) => run(setting, assistant(), 'What say weather and clock?'),

  'an agent as a tool'(setting) {
    const inner = new Agent({ name: 'Meteorologist', instructions: 'Know the weather.', tools: [weather] });
    const asked = inner.asTool({
      toolName: 'meteorologist',
      toolDescription: 'Asks about weather',
      runConfig: setting.runner.config,
    });
    return run(setting, assistant({ tools: [asked] }), 'Ask the meteorologist about the weather');
  },

  'a hand-off'(setting) {
    const billing = new Agent({ name: 'Billing', instructions: 'Bill.' });
    return run(setting, Agent.create({ name: 'Triage', handoffs: [billing] }), 'Transfer me to billing');
  },

  'two runs at once': (setting) =>
    Promise.all([
      step('first', () => run(setting, assistant({ name: 'One' }), 'How is the weather?')),
      step('second', () => run(setting, assistant({ name: 'Two' }), 'What says the clock?')),
    ]),

  'a trace around two runs': (setting) =>
    withTrace(
      'Planning',
      async () => [
        await step('draft', () => run(setting, assistant({ name: 'Writer' }), 'How is the weather?')),
        await withCustomSpan(() => run(setting, assistant({ name: 'Editor' }), 'Hello'), { data: { name: 'editing' } }),
      ],
      { groupId: 'chat-7' },
    ),

  'guardrails that let pass': (setting) =>
    run(
      setting,
      assistant({ inputGuardrails: [guardrail('polite', false)], outputGuardrails: [guardrail('true', false)] }),
      'Hello',
    ),

  'an input guardrail that trips': (setting) =>
    run(setting, assistant({ inputGuardrails: [{ ...guardrail('polite', true), runInParallel: false }] }), 'Hello'),

  'an output guardrail that trips': (setting) =>
    run(setting, assistant({ outputGuardrails: [guardrail('true', true)] }), 'Hello'),

  'a tool that throws': (setting) => run(setting, assistant({ tools: [broken] }), 'Use what is broken'),

  'a tool whose error ends the run': (setting) => run(setting, assistant({ tools: [fatal] }), 'Use what is fatal'),

  'a model that fails': ({ runnerOf, ...setting }) =>
    run({ ...setting, runnerOf, runner: runnerOf('status-400') }, assistant(), 'Hello'),

  'a stream that breaks': ({ runnerOf, ...setting }) =>
    run({ ...setting, runnerOf, runner: runnerOf('sse-error-after-2') }, assistant(), 'Hello'),

  'too many turns': (setting) => run(setting, assistant(), 'How is the weather?', { maxTurns: 1 }),

  async 'a stream left early'(setting) {
    const result = await setting.runner.run(assistant(), 'How is the weather?', { stream: true });
    const events = [];
    for await (const event of result) {
      events.push(nameOf(event));
      if (events.length === 2) break;
    }
    await result.completed.catch(() => {});
    return { events };
  },

  async 'a stream aborted'({ runnerOf }) {
    const controller = new AbortController();
    const options = /** @type {const} */ ({ stream: true, signal: controller.signal });
    const result = await runnerOf('chunk-delay-20').run(assistant(), 'Hello, tell me much', options);
    const events = [];
    for await (const event of result) {
      events.push(nameOf(event));
      if (events.length === 3) controller.abort();
    }
    await result.completed.catch(() => {});
    return { cancelled: result.cancelled };
  },

  async 'a stream that nobody reads'(setting) {
    const result = await setting.runner.run(assistant(), 'How is the weather?', { stream: true });
    await result.completed;
    return seen(result);
  },

  async 'an interruption, resumed'(setting) {
    const agent = assistant({ tools: [guarded] });
    const { runner, stream } = setting;
    const first = stream
      ? await runner.run(agent, 'I want a refund', { stream: true })
      : await runner.run(agent, 'I want a refund');
    if ('completed' in first) await first.completed;
    const { interruptions, state } = first;
    for (const interruption of interruptions) state.approve(interruption);
    const before = seen(first);
    return [before, await step('later', () => run(setting, agent, state))];
  },

  'two runs at once with one trace id'(setting) {
    const { config } = setting.runner;
    const runOf = (/** @type {string} */ user) => {
      const runner = new Runner({ ...config, traceId: 'trace_of_the_chat', groupId: user, workflowName: user });
      return step(user, () => run({ ...setting, runner }, assistant({ tools: [] }), 'Hello'));
    };
    return Promise.all([runOf('alice'), runOf('bob')]);
  },

  'a trace inside a tool': (setting) =>
    run(setting, assistant({ tools: [delegate(() => withTrace('Inner', () => ask(setting)))] }), 'Please delegate it'),

  'an untraced run inside a tool'(setting) {
    const runner = new Runner({ ...setting.runner.config, tracingDisabled: true });
    return run(setting, assistant({ tools: [delegate(() => ask({ ...setting, runner }))] }), 'Please delegate it');
  },

  async 'work that outlives its tool and its run'(setting) {
    const { promise, resolve } = deferred();
    let late;
    const start = delegate(() => {
      late = promise.then(() => step('late work', () => ask(setting)));
      return 'started';
    });
    const result = await run(setting, assistant({ tools: [start] }), 'Please delegate it');
    resolve();
    return [result, await late];
  },

  async 'a stream that outlives its trace'(setting) {
    const { stream } = await withTrace('Early', async () => ({
      stream: await setting.runner.run(assistant(), 'How is the weather?', { stream: true }),
    }));
    for await (const _ of stream);
    await stream.completed;
    return seen(stream);
  },

  async 'an approval inside an agent used as a tool, resumed from JSON'(setting) {
    const { runner } = setting;
    // The fake API gives every parameter its name as its value: the inner agent is asked for "input".
    const cashier = new Agent({ name: 'Cashier', instructions: 'Pay.', tools: [needsApproval('input')] });
    const refund = cashier.asTool({
      toolName: 'cashier',
      toolDescription: 'Asks for a refund',
      runConfig: runner.config,
    });
    const agent = assistant({ tools: [refund] });
    const { state } = await runner.run(agent, 'Ask the cashier for a refund');
    const resumed = await RunState.fromString(agent, state.toString());
    for (const interruption of resumed.getInterruptions()) resumed.approve(interruption);
    return step('later', () => run(setting, agent, resumed));
  },

  'an MCP server': (setting) => run(setting, assistant({ tools: [], mcpServers: [mcpServer] }), 'Please read it'),

  'baggage in a tool'(setting) {
    const carrying = tool({
      name: 'carry',
      description: 'Carries baggage',
      parameters: city,
      execute: () => step('carried', () => propagation.getBaggage(context.active())?.getEntry('user')?.value ?? 'none'),
    });
    const baggage = propagation.createBaggage({ user: { value: 'ada' } });
    return context.with(propagation.setBaggage(context.active(), baggage), () =>
      run(setting, assistant({ tools: [carrying] }), 'Carry it'),
    );
  },

  async 'tracing off'(setting) {
    setTracingDisabled(true);
    try {
      return await run(setting, assistant(), 'How is the weather?');
    } finally {
      setTracingDisabled(false);
    }
  },
};

/**
 * Runs the scenarios one after the other.
 *
 * @param {string} url of the fake API
 * @param {'chat' | 'responses'} api
 * @param {boolean} stream
 * @param {string[]} only their names; none for all
 * @param {(name: string, outcome: unknown) => Promise<void>} onDone
 */
export async function runAll(url, api, stream, only, onDone) {
  let ids = 0;
  setTracingIdGenerator({
    generateTraceId: () => `trace_${++ids}`,
    generateSpanId: () => `span_${++ids}`,
  });
  for (const name of only.length > 0 ? only : Object.keys(scenarios)) {
    const origin = new URL(url).origin;
    /** @param {string} baseURL */
    const runnerAt = (baseURL) =>
      new Runner({
        model: 'gpt-4.1-mini',
        modelProvider: new OpenAIProvider({ apiKey: 'sk-pretend', baseURL, useResponses: api === 'responses' }),
      });
    const runnerOf = (/** @type {string} */ scenario) => runnerAt(`${origin}/${scenario}/v1`);
    const setting = { runner: runnerAt(url), stream, baseURL: url, runnerOf };
    const outcome = await step('request', async () => {
      const told = await Promise.resolve(scenarios[name]?.(setting)).then(
        (value) => ({ value }),
        (error) => ({ error: `${error?.constructor?.name}: ${error?.message}` }),
      );
      await step('afterwards', () => {});
      return told;
    });
    await onDone(name, outcome);
  }
}
