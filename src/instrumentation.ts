import { InstrumentationNodeModuleDefinition, InstrumentationNodeModuleFile } from '@opentelemetry/instrumentation';
import { BaseInstrumentation } from './base-instrumentation.js';
import { Call } from './calls/call.js';
import { Calls } from './calls/calls.js';
import { type OpenAIInstrumentationConfig, type OperationTypes, readConfig, type Settings } from './config.js';
import { attempt } from './guard.js';
import type { Method } from './method.js';
import { operations } from './operations/index.js';
import type { Operation } from './operations/operation.js';
import { loadedCopies } from './patching/loaded-copies.js';
import { MissedRequests } from './patching/missed-requests.js';
import { patchMethod } from './patching/patch-method.js';
import { missed, notTraced, patchedTwice, TRACED_BY_TWIN } from './patching/warnings.js';
import { fieldsOf } from './read.js';
import { patchChatLoops, patchResponsesLoop, RESPONSES_LOOP_FILES } from './tools/loops.js';
import { Tools } from './tools/tools.js';
import { PACKAGE_NAME } from './version.js';

/** The file of SDK v5 and later that holds the client class, reached by subpath imports which never load `openai` itself. */
const CLIENT_FILES = ['openai/client.js', 'openai/client.mjs'];

/**
 * Traces the calls an application makes through the `openai` package (4.19 and later, CommonJS and ES modules).
 *
 * ```js
 * new NodeSDK({ instrumentations: [new OpenAIInstrumentation()] }).start();
 * ```
 */
export class OpenAIInstrumentation<
  Operations extends OperationTypes<keyof Operations> = OperationTypes,
> extends BaseInstrumentation<OpenAIInstrumentationConfig<Operations>, Settings> {
  // No initialisers in this class: they would run after the base constructor, which already patches.
  declare private _calls: Calls | undefined;
  declare private _tools: Tools | undefined;
  declare private _missedRequests: MissedRequests | undefined;

  constructor(config: OpenAIInstrumentationConfig<Operations> = {}) {
    super(PACKAGE_NAME, config);
  }

  protected override _readConfig(): Settings {
    return readConfig(this._config, process.env, this._diag);
  }

  protected override _moduleDefinitions() {
    const patch = <T>(moduleExports: T, version?: string): T => {
      this._patch(moduleExports, `openai${version ? ` ${version}` : ''}`);
      return moduleExports;
    };
    const patchResponses = <T>(moduleExports: T): T => {
      attempt(this._diag, () => patchResponsesLoop(moduleExports, () => this._toolsUnderWay()));
      return moduleExports;
    };
    // Every version: what is not supported shall be said, not passed over.
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

  /** Traces again what is patched, and what was loaded before there were hooks. */
  override enable(): void {
    super.enable();
    attempt(this._diag, () => {
      for (const { path, exports } of loadedCopies()) this._patch(exports, `openai at ${path}`);
    });
    if (this._calls) return;
    this._missedRequests ??= new MissedRequests((request) => this._warnOnce(missed(request)), this._diag);
    this._missedRequests.watch();
  }

  /** Stops tracing. The spans of calls under way end now, the calls themselves go on untouched. */
  override disable(): void {
    super.disable();
    this._missedRequests?.unwatch();
    this._calls?.abandon();
    this._tools?.abandon();
  }

  private _patch(target: unknown, origin: string): void {
    attempt(this._diag, () => {
      const client = clientClass(target);
      const patched: string[] = [];
      const shared: string[] = [];
      const twins: string[] = [];
      for (const operation of operations) {
        const name = `${operation.resource}.${operation.method}`;
        const resource = resourcePrototype(client, operation.resource);
        const outcome = patchMethod(resource, operation.method, (original) => this._traced(operation, original), this);
        if (outcome !== 'missing') patched.push(name);
        if (outcome === 'patched over another' || outcome === 'patched under another') shared.push(name);
        if (outcome === 'patched by a twin') twins.push(name);
      }
      patchMethod(fieldsOf(client).prototype, 'retryRequest', (original) => this._counted(original));
      patchChatLoops(client, () => this._toolsUnderWay());

      if (patched.length === 0) this._warnOnce(notTraced(origin));
      if (shared.length > 0) this._warnOnce(patchedTwice(origin, shared), 'patched twice');
      if (twins.length > 0) {
        this._missedRequests?.unwatch();
        this._warnOnce(TRACED_BY_TWIN);
      }
    });
  }

  private _traced(operation: Operation, original: Method): Method {
    const instrumentation = this;
    return function (...args) {
      if (!instrumentation.isEnabled()) return original.apply(this, args);
      if (!instrumentation._calls) instrumentation._onFirstCall(this);
      return instrumentation._callsUnderWay().trace(operation, original, this, args);
    };
  }

  private _onFirstCall(resource: object): void {
    this._missedRequests?.unwatch();
    const { _client: client } = fieldsOf(resource);
    // Once more, to see what others have done since.
    if (clientClass(client)) this._patch(client, 'openai');
  }

  private _counted(original: Method): Method {
    return function (...args) {
      Call.current()?.onRetry();
      return original.apply(this, args);
    };
  }

  private _callsUnderWay(): Calls {
    this._followGlobalProviders();
    this._calls ??= new Calls(this._sink());
    return this._calls;
  }

  private _toolsUnderWay(): Tools | undefined {
    if (!this.isEnabled()) return undefined;
    this._followGlobalProviders();
    this._tools ??= new Tools(this._sink());
    return this._tools;
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
