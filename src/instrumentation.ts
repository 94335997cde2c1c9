import {
  InstrumentationBase,
  InstrumentationNodeModuleDefinition,
  InstrumentationNodeModuleFile,
} from '@opentelemetry/instrumentation';
import { Calls } from './calls.js';
import { type OpenAIInstrumentationConfig, readConfig, type Settings } from './config.js';
import { operations } from './operations/index.js';
import type { Operation } from './operations/operation.js';
import { type Method, patchMethod } from './patch.js';
import { fieldsOf } from './read.js';
import { attempt } from './telemetry/attempt.js';
import { Call } from './telemetry/call.js';
import { Metrics } from './telemetry/metrics.js';
import type { Logger, Outlet } from './telemetry/outlet.js';
import { patchChatLoops, patchResponsesLoop, RESPONSES_LOOP_FILES } from './tools/loops.js';
import { Tools } from './tools/tools.js';
import { PACKAGE_NAME, PACKAGE_VERSION } from './version.js';

/** The file of SDK v5 and later that holds the client class, reached by subpath imports which never load `openai` itself. */
const CLIENT_FILES = ['openai/client.js', 'openai/client.mjs'];

/**
 * Traces the calls an application makes through the `openai` package (4.19 and later, CommonJS and ES modules).
 *
 * ```js
 * new NodeSDK({ instrumentations: [new OpenAIInstrumentation()] }).start();
 * ```
 */
export class OpenAIInstrumentation extends InstrumentationBase<OpenAIInstrumentationConfig> {
  // No initialisers in this class: they would run after the base constructor, which already patches.
  declare private _calls: Calls | undefined;
  declare private _tools: Tools | undefined;
  declare private _settings: Settings | undefined;
  declare private _metrics: Metrics | undefined;
  declare private _warned: Set<string> | undefined;

  constructor(config: OpenAIInstrumentationConfig = {}) {
    super(PACKAGE_NAME, PACKAGE_VERSION, config);
    this._checkedSettings();
  }

  override setConfig(config: OpenAIInstrumentationConfig): void {
    super.setConfig(config);
    this._settings = undefined;
    this._metrics = undefined;
  }

  protected override _updateMetricInstruments(): void {
    this._metrics = undefined;
  }

  protected override init() {
    const patch = <T>(moduleExports: T, version?: string): T => {
      this._patch(moduleExports, `openai${version ? ` ${version}` : ''}`);
      return moduleExports;
    };
    // Every version: what is not supported shall be said, not passed over.
    const patchResponses = <T>(moduleExports: T): T => {
      attempt(this._diag, () => patchResponsesLoop(moduleExports, () => this._toolsUnderWay()));
      return moduleExports;
    };
    const files = [
      ...CLIENT_FILES.map((file) => new InstrumentationNodeModuleFile(file, ['*'], patch, () => {})),
      ...RESPONSES_LOOP_FILES.map((file) => new InstrumentationNodeModuleFile(file, ['*'], patchResponses, () => {})),
    ];
    return [new InstrumentationNodeModuleDefinition('openai', ['*'], patch, undefined, files)];
  }

  /**
   * Patches a copy of the SDK that no loader hook can see: one that is bundled into the application, as in Next.js.
   * Call it in the module that imports `openai`. Doing so twice, or beside the loader hooks, is harmless.
   *
   * @param target the `OpenAI` class, the imported `openai` module, or a client
   */
  manuallyInstrument(target: object): void {
    this._patch(target, 'what was given to manuallyInstrument()');
  }

  /** Stops tracing. The spans of calls under way end now, the calls themselves go on untouched. */
  override disable(): void {
    super.disable();
    this._calls?.abandon();
    this._tools?.abandon();
  }

  private _patch(target: unknown, origin: string): void {
    attempt(this._diag, () => {
      const client = clientClass(target);
      const patched: string[] = [];
      const shared: string[] = [];
      for (const operation of operations) {
        const name = `${operation.resource}.${operation.method}`;
        const resource = resourcePrototype(client, operation.resource);
        const outcome = patchMethod(resource, operation.method, (original) => this._traced(operation, original));
        if (outcome !== 'missing') patched.push(name);
        if (outcome === 'patched over another') shared.push(name);
      }
      patchMethod(fieldsOf(client).prototype, 'retryRequest', (original) => this._counted(original));
      patchChatLoops(client, () => this._toolsUnderWay());

      if (patched.length === 0) this._warnOnce(notTraced(origin));
      if (shared.length > 0) this._warnOnce(patchedTwice(origin, shared));
    });
  }

  private _traced(operation: Operation, original: Method): Method {
    const instrumentation = this;
    return function (...args) {
      if (!instrumentation.isEnabled()) return original.apply(this, args);
      return instrumentation._callsUnderWay().trace(operation, original, this, args);
    };
  }

  private _counted(original: Method): Method {
    return function (...args) {
      Call.current()?.onRetry();
      return original.apply(this, args);
    };
  }

  private _callsUnderWay(): Calls {
    this._calls ??= new Calls(this._outlet());
    return this._calls;
  }

  private _toolsUnderWay(): Tools | undefined {
    if (!this.isEnabled()) return undefined;
    this._tools ??= new Tools(this._outlet());
    return this._tools;
  }

  /** Providers can be set, and options changed, at any time. */
  private _outlet(): Outlet {
    const instrumentation = this;
    return {
      diag: this._diag,
      get tracer() {
        return instrumentation.tracer;
      },
      get logger() {
        return instrumentation.logger as Logger;
      },
      get metrics() {
        instrumentation._metrics ??= new Metrics(instrumentation.meter, this.settings.metricNames);
        return instrumentation._metrics;
      },
      get settings() {
        return instrumentation._checkedSettings();
      },
    };
  }

  private _checkedSettings(): Settings {
    this._settings ??= readConfig(this._config, process.env, this._diag);
    return this._settings;
  }

  private _warnOnce(message: string): void {
    this._warned ??= new Set();
    if (this._warned.has(message)) return;
    this._warned.add(message);
    this._diag.warn(message);
  }
}

/** From the class, a module that exports it, or an instance of it. */
function clientClass(target: unknown): unknown {
  const fields = fieldsOf(target);
  return [fields.OpenAI, fields.default, target, fields.constructor].find(isClientClass);
}

function isClientClass(value: unknown): boolean {
  return typeof value === 'function' && typeof fieldsOf(value).Chat === 'function';
}

/** The prototype of a resource class, found by its path of static properties from the client class. */
function resourcePrototype(client: unknown, path: string): unknown {
  return fieldsOf(path.split('.').reduce((at, key) => fieldsOf(at)[key], client)).prototype;
}

function notTraced(origin: string): string {
  return (
    `${origin} is not traced: it has none of the methods that ${PACKAGE_NAME} ${PACKAGE_VERSION} knows. ` +
    'It supports openai 4.19 to 7; see whether a later version of it supports yours.'
  );
}

function patchedTwice(origin: string, methods: readonly string[]): string {
  return (
    `${methods.join(', ')} of ${origin} had been patched by another instrumentation: each call makes two spans, and what ` +
    'that one changes for the application stays changed. Remove it, or set OTEL_NODE_DISABLED_INSTRUMENTATIONS=openai ' +
    'if it came with @opentelemetry/auto-instrumentations-node.'
  );
}
