import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { startFakeOpenAI } from '../support/fake-openai/index.mjs';
import { CHILD_TIMEOUT_MS } from '../support/limits.mjs';

interface Result {
  outcome: unknown;
  told: string[];
  tree: string;
  open: number;
}

const FOLDER = fileURLToPath(new URL('app/', import.meta.url));
/** The SDK asks for Node.js 22; it does run on 20. */
const NODES = [process.execPath, process.env.NODE24 ?? ''].filter((path) => path !== '' && existsSync(path));

interface Ran {
  results: Record<string, Result>;
  unhandled: string[];
}

interface Setting {
  node?: string;
  manners?: readonly string[];
  dress?: 'bare' | 'alone' | 'instrumented';
  only?: string[];
  env?: Record<string, string>;
}

/** Runs scenarios, all of them unless told otherwise, in an application of their own. Returns what they came to, by manner. */
async function runScenarios({
  node = process.execPath,
  manners = ['chat whole'],
  dress = 'instrumented',
  only = [],
  env = {},
}: Setting): Promise<Record<string, Ran>> {
  const fake = await startFakeOpenAI();
  try {
    const args = ['--import', './telemetry.mjs', 'run.mjs', fake.url, manners.join(), ...only];
    const { stdout } = await promisify(execFile)(node, args, {
      cwd: FOLDER,
      // Where tests run, the SDK would not trace.
      env: { PATH: process.env.PATH, NODE_ENV: 'production', DRESS: dress, ...env },
      timeout: CHILD_TIMEOUT_MS,
      maxBuffer: 64 * 1024 * 1024,
    });
    return JSON.parse(stdout);
  } finally {
    await fake.close();
  }
}

/** A tree as it stands in this file: below `request`, above `afterwards`. */
function tree(text: string): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const margin = Math.min(...lines.map((line) => line.search(/\S/)));
  return ['request', ...lines.map((line) => `  ${line.slice(margin)}`), '  afterwards', ''].join('\n');
}

const TREES: Record<string, string> = {
  'one tool call': tree(`
    invoke_workflow Agent workflow
      invoke_agent Assistant
        chat gpt-4.1-mini
        execute_tool weather
          db query
        chat gpt-4.1-mini
  `),
  'parallel tools': tree(`
    invoke_workflow Agent workflow
      invoke_agent Assistant
        chat gpt-4.1-mini
        execute_tool weather
          db query
        execute_tool clock
          read clock
        chat gpt-4.1-mini
  `),
  'an agent as a tool': tree(`
    invoke_workflow Agent workflow
      invoke_agent Assistant
        chat gpt-4.1-mini
        execute_tool meteorologist
          invoke_agent Meteorologist
            chat gpt-4.1-mini
        chat gpt-4.1-mini
  `),
  'a hand-off': tree(`
    invoke_workflow Agent workflow
      invoke_agent Triage
        chat gpt-4.1-mini
        handoff Billing
      invoke_agent Billing
        chat gpt-4.1-mini
  `),
  'two runs at once': tree(`
    first
      invoke_workflow Agent workflow
        invoke_agent One
          chat gpt-4.1-mini
          execute_tool weather
            db query
          chat gpt-4.1-mini
    second
      invoke_workflow Agent workflow
        invoke_agent Two
          chat gpt-4.1-mini
          execute_tool clock
            read clock
          chat gpt-4.1-mini
  `),
  'a trace around two runs': tree(`
    invoke_workflow Planning
      draft
        invoke_agent Writer
          chat gpt-4.1-mini
          execute_tool weather
            db query
          chat gpt-4.1-mini
      editing
        invoke_agent Editor
          chat gpt-4.1-mini
  `),
  'guardrails that let pass': tree(`
    invoke_workflow Agent workflow
      invoke_agent Assistant
        guardrail polite
          check polite
        chat gpt-4.1-mini
        guardrail true
          check true
  `),
  'an input guardrail that trips': tree(`
    invoke_workflow Agent workflow ✗ InputGuardrailTripwireTriggered
      invoke_agent Assistant ✗ InputGuardrailTripwireTriggered
        guardrail polite
          check polite
  `),
  'an output guardrail that trips': tree(`
    invoke_workflow Agent workflow ✗ OutputGuardrailTripwireTriggered
      invoke_agent Assistant ✗ OutputGuardrailTripwireTriggered
        chat gpt-4.1-mini
        guardrail true
          check true
  `),
  'a tool that throws': tree(`
    invoke_workflow Agent workflow
      invoke_agent Assistant
        chat gpt-4.1-mini
        execute_tool broken ✗ _OTHER
          before it breaks
        chat gpt-4.1-mini
  `),
  'a tool whose error ends the run': tree(`
    invoke_workflow Agent workflow ✗ ToolCallError
      invoke_agent Assistant ✗ ToolCallError
        chat gpt-4.1-mini
        execute_tool fatal ✗ RangeError
  `),
  'a model that fails': tree(`
    invoke_workflow Agent workflow ✗ BadRequestError
      invoke_agent Assistant ✗ BadRequestError
        chat gpt-4.1-mini ✗ BadRequestError
  `),
  'too many turns': tree(`
    invoke_workflow Agent workflow ✗ MaxTurnsExceededError
      invoke_agent Assistant ✗ MaxTurnsExceededError
        chat gpt-4.1-mini
        execute_tool weather
          db query
  `),
  'a stream left early': tree(`
    invoke_workflow Agent workflow
      invoke_agent Assistant
        chat gpt-4.1-mini (aborted)
  `),
  'a stream aborted': tree(`
    invoke_workflow Agent workflow
      invoke_agent Assistant
        chat gpt-4.1-mini (aborted)
  `),
  'an interruption, resumed': tree(`
    invoke_workflow Agent workflow
      invoke_agent Assistant
        chat gpt-4.1-mini
    later
      invoke_workflow Agent workflow
        invoke_agent Assistant
          execute_tool refund
            pay
          chat gpt-4.1-mini
  `),
  'two runs at once with one trace id': tree(`
    alice
      invoke_workflow alice
        invoke_agent Assistant
          chat gpt-4.1-mini
    bob
      invoke_workflow bob
        invoke_agent Assistant
          chat gpt-4.1-mini
  `),
  'a trace inside a tool': tree(`
    invoke_workflow Agent workflow
      invoke_agent Assistant
        chat gpt-4.1-mini
        execute_tool delegate
          invoke_workflow Inner
            invoke_agent Helper
              chat gpt-4.1-mini
        chat gpt-4.1-mini
  `),
  'an untraced run inside a tool': tree(`
    invoke_workflow Agent workflow
      invoke_agent Assistant
        chat gpt-4.1-mini
        execute_tool delegate
          chat gpt-4.1-mini
        chat gpt-4.1-mini
  `),
  'work that outlives its tool and its run': tree(`
    invoke_workflow Agent workflow
      invoke_agent Assistant
        chat gpt-4.1-mini
        execute_tool delegate
          late work
            invoke_agent Helper
              chat gpt-4.1-mini
        chat gpt-4.1-mini
  `),
  'a stream that outlives its trace': tree(`
    invoke_workflow Early
      invoke_agent Assistant
        chat gpt-4.1-mini
        execute_tool weather
          db query
        chat gpt-4.1-mini
  `),
  'an approval inside an agent used as a tool, resumed from JSON': tree(`
    invoke_workflow Agent workflow
      invoke_agent Assistant
        chat gpt-4.1-mini
        execute_tool cashier
          invoke_agent Cashier
            chat gpt-4.1-mini
    later
      invoke_workflow Agent workflow
        invoke_agent Assistant
          execute_tool cashier
            invoke_workflow Agent workflow
              invoke_agent Cashier
                execute_tool input
                  pay
                chat gpt-4.1-mini
          chat gpt-4.1-mini
  `),
  'an MCP server': tree(`
    invoke_workflow Agent workflow
      invoke_agent Assistant
        list_tools files
          ask server
        chat gpt-4.1-mini
        execute_tool read
          read file
        list_tools files
          ask server
        chat gpt-4.1-mini
  `),
  'baggage in a tool': tree(`
    invoke_workflow Agent workflow
      invoke_agent Assistant
        chat gpt-4.1-mini
        execute_tool carry
          carried
        chat gpt-4.1-mini
  `),
  'tracing off': tree(`
    chat gpt-4.1-mini
    db query
    chat gpt-4.1-mini
  `),
};
TREES['a stream that nobody reads'] = TREES['one tool call'] ?? '';

const STREAM_THAT_BREAKS = {
  whole: tree(`
    invoke_workflow Agent workflow
      invoke_agent Assistant
        chat gpt-4.1-mini
  `),
  streamed: tree(`
    invoke_workflow Agent workflow ✗ APIError
      invoke_agent Assistant ✗ _OTHER
        chat gpt-4.1-mini ✗ APIError
  `),
};

/** While the SDK does not trace, it tells nothing of its model calls. */
const ALONE = {
  'tracing off': tree('db query'),
  'an untraced run inside a tool': (TREES['an untraced run inside a tool'] ?? '').replace(
    /(execute_tool delegate\n) *chat .*\n/,
    '$1',
  ),
};

const MANNERS = ['chat', 'responses'].flatMap((api) =>
  (['whole', 'streamed'] as const).map((manner) => ({ api, manner })),
);
/** Which of two runs asks the API first is chance, and so is what they are answered. */
const BY_CHANCE = new Set(['two runs at once', 'two runs at once with one trace id']);

/** Both applications of one Node.js, started once. */
const applications = new Map<string, Promise<Record<string, Ran>[]>>();

function bothApplications(node: string) {
  const manners = MANNERS.map(({ api, manner }) => `${api} ${manner}`);
  const started = () =>
    Promise.all((['instrumented', 'bare'] as const).map((dress) => runScenarios({ node, manners, dress })));
  const both = applications.get(node) ?? started();
  applications.set(node, both);
  return both;
}

describe.each(NODES.flatMap((node) => MANNERS.map((manner) => ({ node, ...manner }))))(
  'runs over $api, $manner, on $node',
  ({ node, api, manner }) => {
    let ran: Ran;
    let bare: Ran;
    beforeAll(async () => {
      const both = await bothApplications(node);
      [ran, bare] = both.map((all) => all[`${api} ${manner}`]) as [Ran, Ran];
    });

    it.each(Object.entries({ ...TREES, 'a stream that breaks': STREAM_THAT_BREAKS[manner] }))(
      '%s: every span in its place',
      (name, expected) => {
        expect(ran.results[name]?.tree).toBe(expected);
        expect(ran.results[name]?.open).toBe(0);
      },
    );

    it('come to the same as without us, and tell the application’s trace processor the same', () => {
      const told = ({ outcome, told }: Partial<Result> = {}) => JSON.stringify({ outcome, told });
      const names = Object.keys(bare.results).filter((name) => !BY_CHANCE.has(name));
      expect(names.filter((name) => told(ran.results[name]) !== told(bare.results[name]))).toEqual([]);
      expect(ran.unhandled).toEqual(bare.unhandled);
      expect(names).toHaveLength(Object.keys(TREES).length + 1 - BY_CHANCE.size);
    });
  },
);

if (NODES.length === 1 && Number.parseInt(process.versions.node, 10) < 22) {
  it.skip('on Node.js 22 or later, which the SDK asks for: set NODE24 to the path of one', () => {});
}

describe('OpenAIAgentsInstrumentation alone', () => {
  let alone: Ran | undefined;
  beforeAll(async () => {
    alone = (await runScenarios({ dress: 'alone' }))['chat whole'];
  });

  it.each(Object.entries({ ...TREES, ...ALONE }))('%s: model calls as the SDK tells of them', (name, expected) => {
    expect(alone?.results[name]?.tree).toBe(expected.replaceAll(' (aborted)', ''));
    expect(alone?.results[name]?.open).toBe(0);
  });
});

describe.each([{ NODE_ENV: 'test' }, { OPENAI_AGENTS_DISABLE_TRACING: '1' }])('with tracing off by %o', (env) => {
  it('there are model calls alone, under the application’s span', async () => {
    const ran = await runScenarios({ env, only: ['one tool call'] });
    expect(ran['chat whole']?.results['one tool call']?.tree).toBe(TREES['tracing off']);
  });
});
