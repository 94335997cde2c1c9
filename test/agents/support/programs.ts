import { setTimeout as wait } from 'node:timers/promises';
import { context, type Tracer } from '@opentelemetry/api';
import fc from 'fast-check';
import type OpenAI from 'openai';
import type { Agents } from './application.js';
import type { ScriptedApi } from './scripted-api.js';

/** How the result of a run is used. */
type Manner = 'whole' | 'read' | 'unread' | 'left' | 'aborted';

/** What an application does, one thing after another. */
type Action =
  | { do: 'span'; inside: Action[] }
  | { do: 'wait' }
  | {
      do: 'run';
      manner: Manner;
      tools: Action[][];
      guardrail: Action[] | undefined;
      sameId: boolean;
      untraced: boolean;
    }
  | { do: 'run with an agent as a tool'; manner: Manner; tools: Action[][] }
  | { do: 'run that hands off'; manner: Manner; onHandoff: Action[]; tools: Action[][] }
  | { do: 'run that is approved'; manner: Manner; tool: Action[]; resumed: 'here' | 'from JSON' | 'twice at once' }
  | { do: 'withTrace'; inside: Action[]; sameId: boolean }
  | { do: 'stream that outlives withTrace'; tools: Action[][] }
  | { do: 'all at once'; parts: Action[][] }
  | { do: 'not awaited'; inside: Action[]; pause: number }
  | { do: 'bind'; inside: Action[] };

export interface Program {
  readonly useResponses: boolean;
  readonly actions: Action[];
}

const manner = fc.constantFrom<Manner>('whole', 'whole', 'read', 'read', 'unread', 'left', 'aborted');

export const program: fc.Arbitrary<Program> = fc.record({
  useResponses: fc.boolean(),
  actions: fc.letrec<{ action: Action; actions: Action[] }>((tie) => {
    const tools = fc.array(tie('actions'), { maxLength: 2 });
    return {
      actions: fc.array(tie('action'), { minLength: 1, maxLength: 3, depthIdentifier: 'depth' }),
      action: fc.oneof(
        { depthIdentifier: 'depth', depthSize: 'small', withCrossShrink: true },
        fc.record({ do: fc.constant('span' as const), inside: fc.constant<Action[]>([]) }),
        fc.record({ do: fc.constant('wait' as const) }),
        fc.record({ do: fc.constant('span' as const), inside: tie('actions') }),
        fc.record({
          do: fc.constant('run' as const),
          manner,
          tools,
          guardrail: fc.option(tie('actions'), { nil: undefined }),
          sameId: fc.boolean(),
          untraced: fc.nat(4).map((n) => n === 0),
        }),
        fc.record({ do: fc.constant('run with an agent as a tool' as const), manner, tools }),
        fc.record({ do: fc.constant('run that hands off' as const), manner, onHandoff: tie('actions'), tools }),
        fc.record({
          do: fc.constant('run that is approved' as const),
          manner: fc.constantFrom<Manner>('whole', 'read', 'unread'),
          tool: tie('actions'),
          resumed: fc.constantFrom('here' as const, 'from JSON' as const, 'twice at once' as const),
        }),
        fc.record({ do: fc.constant('withTrace' as const), inside: tie('actions'), sameId: fc.boolean() }),
        fc.record({ do: fc.constant('stream that outlives withTrace' as const), tools }),
        fc.record({
          do: fc.constant('all at once' as const),
          parts: fc.array(tie('actions'), { minLength: 2, maxLength: 3 }),
        }),
        fc.record({ do: fc.constant('not awaited' as const), inside: tie('actions'), pause: fc.nat(25) }),
        fc.record({ do: fc.constant('bind' as const), inside: tie('actions') }),
      ),
    };
  }).actions,
});

export interface Setting {
  /** An untraced run gets no trace of its own, and a resumed one keeps its name (before agents-core 0.12). */
  readonly isOld: boolean;
  /** Model calls are known from the Agents SDK alone, which tells nothing of those in untraced runs. */
  readonly isAlone: boolean;
}

/** Where something is done: the names of the spans around it, outermost first. */
type Place = readonly string[];
type Agent = import('@openai/agents').Agent;

const NOTHING = { type: 'object' as const, properties: {}, required: [], additionalProperties: false as const };

/** One id for many runs, as a chat has for its session. */
const SAME_ID = 'trace_00000000000000000000000000000001';

/**
 * Runs a program and notes for each span where it belongs. The place is handed from function to function, as ordinary code
 * would do it: neither OpenTelemetry nor the Agents SDK has a part in that.
 */
export class Interpreter {
  /** The paths of spans that there must be. */
  readonly expected: string[] = [];
  /** The paths of spans that there may be: a stream that is cut off ends at any point. */
  readonly possible = new Set<string>();
  readonly #agents: Agents;
  readonly #tracer: Tracer;
  readonly #api: ScriptedApi;
  readonly #modelProvider: InstanceType<Agents['OpenAIProvider']>;
  readonly #setting: Setting;
  readonly #pending: Promise<unknown>[] = [];
  readonly #bound: (() => Promise<void>)[] = [];
  #names = 0;

  constructor(
    agents: Agents,
    tracer: Tracer,
    api: ScriptedApi,
    openAIClient: OpenAI,
    useResponses: boolean,
    setting: Setting,
  ) {
    this.#agents = agents;
    this.#tracer = tracer;
    this.#api = api;
    this.#modelProvider = new agents.OpenAIProvider({ openAIClient: openAIClient as never, useResponses });
    this.#setting = setting;
  }

  async run(actions: readonly Action[]): Promise<void> {
    await this.#perform(actions, [], false);
    for (let i = 0; i < this.#pending.length; i++) await this.#pending[i];
    for (let i = 0; i < this.#bound.length; i++) await this.#bound[i]?.();
    for (let i = 0; i < this.#pending.length; i++) await this.#pending[i];
  }

  /** @param cut whether the work can be cut off */
  async #perform(actions: readonly Action[], place: Place, cut: boolean): Promise<void> {
    for (const action of actions) await this.#do(action, place, cut);
  }

  async #do(action: Action, place: Place, cut: boolean): Promise<unknown> {
    switch (action.do) {
      case 'wait':
        return wait(1);
      case 'span':
        return this.#span(action.inside, place, cut);
      case 'run':
        return this.#plainRun(action, place, cut);
      case 'run with an agent as a tool':
        return this.#runWithAgentAsTool(action.tools, action.manner, place, cut);
      case 'run that hands off':
        return this.#runThatHandsOff(action, place, cut);
      case 'run that is approved':
        return this.#runThatIsApproved(action, place, cut);
      case 'withTrace':
        return this.#withTrace(action, place, cut);
      case 'stream that outlives withTrace':
        return this.#outlivingStream(action.tools, place, cut);
      case 'all at once':
        return Promise.all(action.parts.map((part) => this.#perform(part, place, cut)));
      case 'not awaited':
        this.#pending.push(wait(action.pause).then(() => this.#perform(action.inside, place, cut)));
        return undefined;
      case 'bind':
        this.#bound.push(context.bind(context.active(), () => this.#perform(action.inside, place, cut)));
        return undefined;
    }
  }

  #span(inside: readonly Action[], place: Place, cut: boolean): Promise<void> {
    const name = this.#name('span');
    this.#expect([...place, name], cut);
    return this.#tracer.startActiveSpan(name, async (span) => {
      await this.#perform(inside, [...place, name], cut);
      span.end();
    });
  }

  async #plainRun(
    { manner, tools, guardrail, sameId, untraced }: Action & { do: 'run' },
    place: Place,
    outerCut: boolean,
  ): Promise<void> {
    const cut = outerCut || isCut(manner);
    const traced = this.#setting.isOld || !untraced;
    const { runner, around } = this.#runner(place, cut, {
      tracingDisabled: !traced,
      ...(sameId ? { traceId: SAME_ID } : {}),
    });
    const agent = this.#agent(traced ? around : place, tools, cut, traced);
    if (guardrail) this.#guard(agent.agent, guardrail, agent.place, cut, traced);
    await this.#use(runner, agent.agent, manner);
  }

  async #runWithAgentAsTool(tools: Action[][], manner: Manner, place: Place, outerCut: boolean): Promise<void> {
    const cut = outerCut || isCut(manner);
    const { runner, around } = this.#runner(place, cut);
    const { agent, place: at } = this.#agent(around, [], cut);
    const toolName = this.#name('tool');
    const toolPlace = [...at, `execute_tool ${toolName}`];
    this.#expect(toolPlace, cut);
    this.#expect([...at, `chat ${agent.model}`], cut);
    const inner = this.#agent(toolPlace, tools, cut);
    // The tool runs its agent with a runner of its own, which knows no model provider but the default.
    agent.tools = [
      inner.agent.asTool({ toolName, toolDescription: 'An agent', runConfig: { modelProvider: this.#modelProvider } }),
    ];
    this.#api.scripts.set(String(agent.model), { calls: [{ name: toolName, arguments: { input: 'x' } }] });
    await this.#use(runner, agent, manner);
  }

  async #runThatHandsOff(
    { manner, onHandoff, tools }: Action & { do: 'run that hands off' },
    place: Place,
    outerCut: boolean,
  ): Promise<void> {
    const cut = outerCut || isCut(manner);
    const { runner, around } = this.#runner(place, cut);
    const first = this.#agent(around, [], cut);
    const second = this.#agent(around, tools, cut);
    // The second agent is handed the result of the hand-off: for its model that is one more result of a tool.
    const handoffPlace = [...first.place, `handoff ${second.agent.name}`];
    this.#expect(handoffPlace, cut);
    first.agent.handoffs = [
      this.#agents.handoff(second.agent, {
        inputType: NOTHING,
        onHandoff: () => this.#perform(onHandoff, handoffPlace, cut),
        inputFilter: (data) => ({ ...data, inputHistory: 'go on', preHandoffItems: [], newItems: [] }),
      }),
    ];
    this.#api.scripts.set(String(first.agent.model), {
      calls: [{ name: `transfer_to_${second.agent.name}`, arguments: {} }],
    });
    await this.#use(runner, first.agent, manner);
  }

  async #runThatIsApproved(
    { manner, tool, resumed }: Action & { do: 'run that is approved' },
    place: Place,
    cut: boolean,
  ): Promise<void> {
    const { Agent, RunState } = this.#agents;
    const { runner, around } = this.#runner(place, cut, { traceId: SAME_ID });
    const name = this.#name('Agent');
    const model = this.#name('model');
    const toolName = this.#name('tool');
    this.#expect([...around, `invoke_agent ${name}`], cut);
    this.#expect([...around, `invoke_agent ${name}`, `chat ${model}`], cut);
    this.#api.scripts.set(model, { calls: [{ name: toolName, arguments: {} }] });
    const agentFor = (at: () => Place) =>
      new Agent({ name, model, tools: [this.#tool(toolName, () => this.#perform(tool, at(), cut), true)] });
    // The tool runs in the run that resumes. A state in memory keeps the tools of the first agent.
    let placeOfTool = place;
    const agent = agentFor(() => placeOfTool);
    const { state } = await this.#use(runner, agent, manner);
    const json = state.toString();
    const resume = async (from: 'object' | 'JSON') => {
      const workflowName = this.#setting.isOld ? JSON.parse(json).trace.workflow_name : this.#name('workflow');
      const workflow = [...place, `invoke_workflow ${workflowName}`];
      const at = [...workflow, `invoke_agent ${name}`];
      const toolPlace = [...at, `execute_tool ${toolName}`];
      for (const path of [workflow, at, toolPlace, [...at, `chat ${model}`]]) this.#expect(path, cut);
      placeOfTool = toolPlace;
      const resumedAgent = from === 'object' ? agent : agentFor(() => toolPlace);
      const resumedState = from === 'object' ? state : await RunState.fromString(resumedAgent, json);
      for (const item of resumedState.getInterruptions()) resumedState.approve(item);
      const next = new this.#agents.Runner({ modelProvider: this.#modelProvider, workflowName, groupId: workflowName });
      await this.#use(next, resumedAgent, manner, resumedState);
    };
    if (resumed === 'here') await resume('object');
    else if (resumed === 'from JSON') await resume('JSON');
    else await Promise.all([resume('JSON'), resume('JSON')]);
  }

  async #withTrace({ inside, sameId }: Action & { do: 'withTrace' }, place: Place, cut: boolean): Promise<void> {
    const name = this.#name('workflow');
    const workflow = [...place, `invoke_workflow ${name}`];
    this.#expect(workflow, cut);
    const options = sameId ? { traceId: SAME_ID, groupId: name } : { groupId: name };
    await this.#agents.withTrace(name, () => this.#perform(inside, workflow, cut), options);
  }

  async #outlivingStream(tools: Action[][], place: Place, cut: boolean): Promise<void> {
    const name = this.#name('workflow');
    const workflow = [...place, `invoke_workflow ${name}`];
    this.#expect(workflow, cut);
    const { agent } = this.#agent(workflow, tools, cut);
    const { stream } = await this.#agents.withTrace(
      name,
      async () => {
        const runner = new this.#agents.Runner({ modelProvider: this.#modelProvider });
        return { stream: await runner.run(agent, 'x', { stream: true }) };
      },
      { groupId: name },
    );
    for await (const _ of stream);
    await stream.completed;
  }

  /** @returns the place of the agents of its run */
  #runner(place: Place, cut: boolean, config: ConstructorParameters<Agents['Runner']>[0] = {}) {
    const workflowName = this.#name('workflow');
    const names = { workflowName, groupId: workflowName };
    const runner = new this.#agents.Runner({ ...config, modelProvider: this.#modelProvider, ...names });
    const current = this.#agents.getCurrentTrace();
    const isPart = current !== null && current.traceId !== 'no-op';
    if (isPart || config?.tracingDisabled) return { runner, around: place };
    const around = [...place, `invoke_workflow ${workflowName}`];
    this.#expect(around, cut);
    return { runner, around };
  }

  #agent(around: Place, tools: Action[][], cut: boolean, traced = true): { agent: Agent; place: Place } {
    const name = this.#name('Agent');
    const model = this.#name('model');
    const place = traced ? [...around, `invoke_agent ${name}`] : around;
    if (traced) this.#expect(place, cut);
    const isShown = traced || !this.#setting.isAlone;
    for (let call = 0; isShown && call <= Math.min(tools.length, 1); call++)
      this.#expect([...place, `chat ${model}`], cut);
    const named = tools.map((actions) => ({ name: this.#name('tool'), actions }));
    this.#api.scripts.set(model, { calls: named.map((tool) => ({ name: tool.name, arguments: {} })) });
    const agent = new this.#agents.Agent({
      name,
      model,
      tools: named.map((tool) => {
        const at = traced ? [...place, `execute_tool ${tool.name}`] : place;
        if (traced) this.#expect(at, cut);
        return this.#tool(tool.name, () => this.#perform(tool.actions, at, cut));
      }),
    });
    return { agent: agent as Agent, place };
  }

  #guard(agent: Agent, actions: Action[], place: Place, cut: boolean, traced: boolean): void {
    const name = this.#name('guardrail');
    const at = traced ? [...place, `guardrail ${name}`] : place;
    if (traced) this.#expect(at, cut);
    const execute = async () => {
      await this.#perform(actions, at, cut);
      return { tripwireTriggered: false, outputInfo: {} };
    };
    agent.inputGuardrails = [{ name, execute }];
  }

  #tool(name: string, work: () => Promise<void>, needsApproval = false) {
    const parameters = { type: 'object' as const, properties: {}, required: [], additionalProperties: true as const };
    const execute = async () => {
      await work();
      return 'ok';
    };
    return this.#agents.tool({ name, description: 'x', strict: false, parameters, execute, needsApproval });
  }

  async #use(runner: InstanceType<Agents['Runner']>, agent: Agent, manner: Manner, input: unknown = 'x') {
    if (manner === 'whole') return runner.run(agent, input as string);
    const abort = new AbortController();
    const result = await runner.run(agent, input as string, { stream: true, signal: abort.signal });
    try {
      if (manner === 'aborted') abort.abort();
      if (manner !== 'unread') {
        for await (const _ of result) if (manner === 'left') break;
      }
      await result.completed;
    } catch (error) {
      if (!isCut(manner)) throw error;
    }
    return result;
  }

  #name(what: string): string {
    return `${what}${++this.#names}`;
  }

  #expect(path: Place, cut: boolean): void {
    const joined = path.join(' > ');
    if (!cut) this.expected.push(joined);
    // A response that was cut off does not say its model.
    else for (const possible of [joined, joined.replace(/ chat [^>]+$/, ' chat')]) this.possible.add(possible);
  }
}

function isCut(manner: Manner): boolean {
  return manner === 'left' || manner === 'aborted';
}
