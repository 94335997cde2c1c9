import { AsyncLocalStorage } from 'node:async_hooks';
import { InstrumentationNodeModuleDefinition } from '@opentelemetry/instrumentation';
import { BaseInstrumentation } from '../base-instrumentation.js';
import type { Claimant } from '../claims.js';
import { type AgentsSettings, type OpenAIAgentsInstrumentationConfig, readAgentsConfig } from '../config.js';
import { attempt } from '../guard.js';
import { patchMethod } from '../patching/patch-method.js';
import { fieldsOf, isObject } from '../read.js';
import { PACKAGE_NAME, PACKAGE_VERSION } from '../version.js';
import { Observers, observersOf, setObservers } from './observers.js';
import { Registrations, type RunObserver } from './processor.js';
import { AgentRuns } from './runs.js';
import { SdkClasses } from './sdk-classes.js';
import { type ContextStorage, type StorageObserver, TracingStorage } from './storage.js';
import { watchVoice } from './voice.js';
import { VoiceSessions } from './voice-sessions.js';
import { watchWebSocketModel } from './websocket-model.js';

const NAME = `${PACKAGE_NAME}/agents`;
/** All copies of agents-core 0.3.8 and later share a storage under this key of `globalThis` (`dist/tracing/context.mjs`). */
const STORAGE = Symbol.for('openai.agents.core.asyncLocalStorage');

/**
 * Traces the runs of `@openai/agents` (CommonJS and ES modules): workflows, agents, tools, hand-offs and guardrails, and
 * the work inside them. Add `OpenAIInstrumentation` too: without it, the spans of model calls have only the data of the Agents SDK.
 *
 * @example
 * ```js
 * new NodeSDK({ instrumentations: [new OpenAIInstrumentation(), new OpenAIAgentsInstrumentation()] }).start();
 * ```
 */
export class OpenAIAgentsInstrumentation extends BaseInstrumentation<
  OpenAIAgentsInstrumentationConfig,
  AgentsSettings
> {
  // No initialisers in this class: they would run after the base constructor, which already patches.
  declare private _agentRuns: AgentRuns | undefined;
  declare private _voiceSessions: VoiceSessions | undefined;
  declare private _storage: TracingStorage | undefined;
  declare private _registrations: Registrations | undefined;
  /** Classes of each copy of the SDK. */
  declare private _sdkClasses: SdkClasses | undefined;

  constructor(config: OpenAIAgentsInstrumentationConfig = {}) {
    super(NAME, config);
  }

  protected override _readConfig(): AgentsSettings {
    return readAgentsConfig(this._config, process.env, this._diag);
  }

  protected override _moduleDefinitions() {
    const patch = <T>(moduleExports: T, version?: string): T => {
      this._follow(moduleExports, `@openai/agents-core${version ? ` ${version}` : ''}`);
      return moduleExports;
    };
    // Match every version, so that an unsupported one produces a warning.
    const patchModels = <T>(moduleExports: T): T => {
      this._watchModels(moduleExports);
      return moduleExports;
    };
    const patchVoice = <T>(moduleExports: T): T => {
      this._watchVoice(moduleExports);
      return moduleExports;
    };
    return [
      new InstrumentationNodeModuleDefinition('@openai/agents-core', ['*'], patch),
      new InstrumentationNodeModuleDefinition('@openai/agents-realtime', ['*'], patchVoice),
      new InstrumentationNodeModuleDefinition('@openai/agents-openai', ['*'], patchModels),
    ];
  }

  /**
   * Traces a copy of the SDK that no loader hook can see, because it is bundled into the application. It is safe to call it twice,
   * or in addition to the loader hooks.
   *
   * @example
   * import * as agents from '@openai/agents';
   *
   * instrumentation.manuallyInstrument(agents);
   *
   * @param agents the imported module `@openai/agents` or `@openai/agents-core`; or `@openai/agents/realtime`
   */
  manuallyInstrument(agents: object): void {
    this._watchVoice(agents);
    if ('RealtimeSession' in agents) return;
    this._follow(agents, 'what was given to manuallyInstrument()');
    this._watchModels(agents);
  }

  protected override _endOpenSpans(): void {
    this._agentRuns?.abandonAll();
    this._voiceSessions?.abandonAll();
  }

  private _follow(core: unknown, origin: string): void {
    attempt(this._diag, () => {
      const { addTraceProcessor } = fieldsOf(core);
      if (typeof addTraceProcessor !== 'function') {
        this._warnOnce(notTraced(origin));
        return;
      }
      this._sdkClasses ??= new SdkClasses();
      this._sdkClasses.add(core);
      const nests = this._nest(core);
      if (!nests) this._warnOnce(notNested(origin));
      const add = (processor: unknown) => attempt(this._diag, () => addTraceProcessor(processor));
      this._registrations ??= new Registrations();
      this._registrations.add(providerOf(core) ?? addTraceProcessor, add, this, this._whileEnabled(nests));
      this._watchTraces(core);
    });
  }

  /**
   * The application can replace the processors and the storage at any time. So both are checked again when a trace is created, which
   * is mostly right before it starts (agents-core 0.3.8 to 0.20, `dist/tracing/context.mjs`).
   */
  private _watchTraces(core: unknown): void {
    const followAgain = () => this._followAgain();
    patchMethod(providerOf(core), 'createTrace', this, (original) => {
      return (self, args) => {
        followAgain();
        return original.apply(self, args);
      };
    });
  }

  private _followAgain(): void {
    attempt(this._diag, () => {
      this._adoptStorage();
      this._registrations?.ensure();
    });
  }

  private _watchModels(agents: unknown): void {
    attempt(this._diag, () => watchWebSocketModel(agents, this, this._diag));
  }

  private _watchVoice(realtime: unknown): void {
    attempt(this._diag, () => watchVoice(realtime, this, () => (this.isEnabled() ? this._voices() : undefined)));
  }

  /** Puts our storage in place. Returns whether this copy of the SDK reads its current span from it. */
  private _nest(core: unknown): boolean {
    const { getCurrentTrace, setTracingContextStorage } = fieldsOf(core);
    const storage = this._adoptStorage(setTracingContextStorage);
    if (typeof getCurrentTrace !== 'function') return false;
    const { reads } = storage;
    getCurrentTrace();
    return storage.reads > reads;
  }

  /**
   * Wraps the storage that all copies of the SDK share. The wrapped storage still holds the stores, so that runs under way and a
   * storage of the application keep working.
   *
   * @param set `setTracingContextStorage` of agents-core 0.11.5 and later
   */
  private _adoptStorage(set?: unknown): TracingStorage {
    const current: unknown = Reflect.get(globalThis, STORAGE);
    if (this._storage && isInUse(this._storage, current)) return this._storage;
    const observers = isObject(current) ? observersOf<StorageObserver>(current) : undefined;
    if (observers) {
      observers.add(this, this._storageObserver());
      this._storage = current as TracingStorage;
      return this._storage;
    }
    const inner = isStorage(current) ? current : new AsyncLocalStorage<unknown>();
    const storage = sharedStorage(inner, this, this._storageObserver());
    this._storage = storage;
    if (typeof set === 'function') set(storage);
    else Object.defineProperty(globalThis, STORAGE, { value: storage, writable: true, configurable: true });
    return storage;
  }

  private _storageObserver(): StorageObserver {
    return {
      onRun: (store, outer) => {
        if (!this.isEnabled()) return undefined;
        // A trace can be created long before it starts, so the processor is checked here too.
        this._followAgain();
        return this._runs().onRun(store, outer);
      },
      onEnterWith: (left) => this._agentRuns?.onEnterWith(left),
      follows: (store) => this._follows(store),
    };
  }

  private _follows(store: unknown): boolean {
    return this.isEnabled() && (this._agentRuns?.follows(store) ?? false);
  }

  private _whileEnabled(nests: boolean): RunObserver {
    const whileEnabled = (work: (runs: AgentRuns) => void) => {
      if (this.isEnabled()) attempt(this._diag, () => work(this._runs()));
    };
    return {
      onTraceStart: (trace) =>
        whileEnabled((runs) => {
          const followed = this._storage;
          if (this._adoptStorage() !== followed) this._warnOnce(CREATED_TOO_EARLY);
          runs.onTraceStart(trace, nests);
        }),
      onTraceEnd: (trace) => whileEnabled((runs) => runs.onTraceEnd(trace)),
      onSpanStart: (span) => whileEnabled((runs) => runs.onSpanStart(span)),
      onSpanEnd: (span) => whileEnabled((runs) => runs.onSpanEnd(span)),
      isInRun: () => this._follows(this._storage?.inner.getStore()),
    };
  }

  private _voices(): VoiceSessions {
    this._followGlobalProviders();
    this._voiceSessions ??= new VoiceSessions(
      this._sink(),
      (value) => this._sdkClasses?.isErrorWithoutContent(value) ?? false,
    );
    return this._voiceSessions;
  }

  private _runs(): AgentRuns {
    this._followGlobalProviders();
    this._agentRuns ??= new AgentRuns(this._sink(), {
      currentStore: () => this._storage?.inner.getStore(),
      isStreamedResult: (value) => this._sdkClasses?.isStreamed(value) ?? false,
      isErrorWithoutContent: (value) => this._sdkClasses?.isErrorWithoutContent(value) ?? false,
      finalOutput: (value) => this._sdkClasses?.finalOutput(value),
    });
    return this._agentRuns;
  }
}

/** What holds the processors of a copy. Newer copies share one (agents-core 0.20, `dist/tracing/provider.mjs`). */
function providerOf(core: unknown): object | undefined {
  const { getGlobalTraceProvider } = fieldsOf(core);
  const provider: unknown = typeof getGlobalTraceProvider === 'function' ? getGlobalTraceProvider() : undefined;
  return isObject(provider) ? provider : undefined;
}

function isStorage(value: unknown): value is ContextStorage {
  const { run, getStore, enterWith } = fieldsOf(value);
  return [run, getStore, enterWith].every((method) => typeof method === 'function');
}

/** A storage that all instrumentations of the process observe. */
function sharedStorage(inner: ContextStorage, claimant: Claimant, observer: StorageObserver): TracingStorage {
  const observers = new Observers<StorageObserver>();
  observers.add(claimant, observer);
  const storage = new TracingStorage(inner, {
    onRun: (store, outer) =>
      (observers.all.find((each) => each.follows(outer)) ?? observers.newest)?.onRun(store, outer),
    onEnterWith(left) {
      for (const each of observers.all) each.onEnterWith(left);
    },
    follows: (store) => observers.all.some((each) => each.follows(store)),
  });
  setObservers(storage, observers);
  return storage;
}

/** Whether the storage is the current one, or is wrapped by it. */
function isInUse(storage: object, current: unknown): boolean {
  for (let at = current; at instanceof TracingStorage; at = at.inner) {
    if (at === storage) return true;
  }
  return false;
}

const CREATED_TOO_EARLY =
  'A trace was created before setTracingContextStorage() was called, and started after that. What is done inside it is ' +
  'not nested in it. Create traces after the storage is set.';

function notTraced(origin: string): string {
  return `${origin} is not traced: it has no addTraceProcessor(). ${NAME} ${PACKAGE_VERSION} supports @openai/agents up to 0.20.`;
}

function notNested(origin: string): string {
  return (
    `${origin} is too old, or too new, to say which of its spans is the current one. The spans of its runs come without ` +
    'what is done inside them: model calls and the work of tools stand beside them, and a run that fails leaves its ' +
    'workflow span open until it is garbage-collected. Nesting needs @openai/agents 0.3.8 or later.'
  );
}
