import { InstrumentationNodeModuleDefinition, InstrumentationNodeModuleFile } from '@opentelemetry/instrumentation';
import { currentContext, runIn } from './active-context.js';
import { BaseInstrumentation } from './base-instrumentation.js';
import { watchBodies } from './calls/body-errors.js';
import { CallHandle } from './calls/call-handle.js';
import { Calls } from './calls/calls.js';
import type { Session } from './calls/session.js';
import { Sessions } from './calls/sessions.js';
import { type OpenAIInstrumentationConfig, type OperationTypes, readConfig, type Settings } from './config.js';
import { PATCHED_CLIENT } from './context-keys.js';
import { attempt } from './guard.js';
import type { Method, Replacement } from './method.js';
import { watchAgentsSend, watchAgentsTransport } from './observe/sockets/agents-transport.js';
import { watchSend, watchSocketClass } from './observe/sockets/sdk-socket.js';
import { operationOfPath } from './operations/by-path.js';
import { operations } from './operations/index.js';
import type { Operation } from './operations/operation.js';
import { realtime } from './operations/realtime/realtime.js';
import type { SocketApi } from './operations/socket-api.js';
import { socketApiOf, socketFiles } from './operations/sockets.js';
import type { SdkPackage } from './packages.js';
import { loadedCopies } from './patching/loaded-copies.js';
import { type MissedRequest, MissedRequests } from './patching/missed-requests.js';
import { ownerOf, patchMethod } from './patching/patch-method.js';
import { missed, notPatchable, notTraced, patchedTwice, TOOK_OVER } from './patching/warnings.js';
import { fieldsOf, isObject } from './read.js';
import { patchChatLoops, patchResponsesLoop, RESPONSES_LOOP_FILES } from './tools/loops.js';
import { Tools } from './tools/tools.js';
import { PACKAGE_NAME } from './version.js';

/** The file of SDK v5 and later that defines the client class. Imports of subpaths load it without loading `openai` itself. */
const CLIENT_FILES = ['client.js', 'client.mjs'];

/**
 * Traces the calls an application makes through the `openai` package (4.19 and later, CommonJS and ES modules), and through
 * the SDKs of other providers that the option `packages` names.
 *
 * @example
 * ```js
 * new NodeSDK({ instrumentations: [new OpenAIInstrumentation()] }).start();
 * ```
 */
export class OpenAIInstrumentation<
  Operations extends OperationTypes<keyof Operations> = OperationTypes,
> extends BaseInstrumentation<OpenAIInstrumentationConfig<Operations>, Settings> {
  // No initialisers in this class: they would run after the base constructor, which already patches.
  declare private _calls: Calls | undefined;
  declare private _sessions: Sessions | undefined;
  declare private _tools: Tools | undefined;
  declare private _onMissed: ((request: MissedRequest) => void) | undefined;

  constructor(config: OpenAIInstrumentationConfig<Operations> = {}) {
    super(PACKAGE_NAME, config);
  }

  protected override _readConfig(): Settings {
    return readConfig(this._config, process.env, this._diag);
  }

  protected override _moduleDefinitions() {
    const patchTransport = <T>(moduleExports: T): T => {
      this._patchAgentsTransport(moduleExports);
      return moduleExports;
    };
    return [
      ...this._checkedSettings().packages.map((name) => this._sdkDefinition(name)),
      new InstrumentationNodeModuleDefinition('@openai/agents-realtime', ['*'], patchTransport),
    ];
  }

  private _sdkDefinition(name: SdkPackage) {
    const patch = <T>(moduleExports: T, version?: string): T => {
      this._patch(moduleExports, `${name}${version ? ` ${version}` : ''}`, name);
      return moduleExports;
    };
    const patchResponses = <T>(moduleExports: T): T => {
      attempt(this._diag, () => patchResponsesLoop(moduleExports, this, () => this._toolsUnderWay()));
      return moduleExports;
    };
    const patchSockets = <T>(moduleExports: T): T => {
      this._patchSockets(moduleExports);
      return moduleExports;
    };
    // Match every version, so that an unsupported one produces a warning.
    const files = [
      ...CLIENT_FILES.map((file) => new InstrumentationNodeModuleFile(`${name}/${file}`, ['*'], patch, () => {})),
      ...socketFiles
        .flatMap((file) => [`${file}.js`, `${file}.mjs`])
        .map((file) => new InstrumentationNodeModuleFile(`${name}/${file}`, ['*'], patchSockets, () => {})),
      ...RESPONSES_LOOP_FILES.map(
        (file) => new InstrumentationNodeModuleFile(`${name}/${file}`, ['*'], patchResponses, () => {}),
      ),
    ];
    return new InstrumentationNodeModuleDefinition(name, ['*'], patch, undefined, files);
  }

  /**
   * Patches a copy of the SDK that no loader hook can see, for example one that is bundled into a Next.js application.
   * Call it in the module that imports `openai`. It is safe to call it twice, or in addition to the loader hooks.
   *
   * @example
   * import OpenAI from 'openai';
   *
   * instrumentation.manuallyInstrument(OpenAI);
   *
   * @param target the `OpenAI` class, the imported `openai` module, or a client; those of another SDK of the same make; a
   * class that talks over a WebSocket, such as `OpenAIRealtimeWS` or `ResponsesWS`, or its module; or the module
   * `@openai/agents/realtime`
   */
  manuallyInstrument(target: object): void {
    if (this._patchSockets(target) || this._patchAgentsTransport(target)) return;
    this._patch(target, 'what was given to manuallyInstrument()');
  }

  /** Resumes tracing. Also patches the CommonJS copies of the SDK that were loaded before this instance was created. */
  override enable(): void {
    super.enable();
    attempt(this._diag, () => {
      for (const { name, path, exports } of loadedCopies(this._checkedSettings().packages)) {
        this._patch(exports, `${name} at ${path}`, name);
      }
    });
    if (this._calls) return;
    this._onMissed ??= (request) => this._warnOnce(missed(request));
    MissedRequests.ofProcess().add(this._onMissed);
  }

  /** Stops tracing. The spans of calls under way end now; the calls themselves go on untouched. */
  override disable(): void {
    super.disable();
    if (this._onMissed) MissedRequests.ofProcess().remove(this._onMissed);
  }

  protected override _endOpenSpans(): void {
    this._sessions?.abandon();
    this._calls?.abandon();
    this._tools?.abandon();
  }

  /** @param sdk whose supported versions a warning names */
  private _patch(target: unknown, origin: string, sdk: SdkPackage = 'openai'): void {
    attempt(this._diag, () => {
      const client = clientClass(target);
      const outcomes = operations.map((operation) => {
        const { resource, method } = operation;
        const prototype = resourcePrototype(client, resource);
        const outcome = patchMethod(prototype, method, this, (original) => this._traced(operation, original));
        return { name: `${resource}.${method}`, ...outcome };
      });
      if (!outcomes.some(({ found }) => found)) {
        this._warnOnce(notTraced(origin, sdk));
        return;
      }
      const frozen = outcomes.filter(({ found, isPatched }) => found && !isPatched).map(({ name }) => name);
      if (frozen.length > 0) this._warnOnce(notPatchable(origin, frozen));
      const { prototype } = fieldsOf(client);
      patchMethod(prototype, 'post', this, (original) => this._tracedByPath(original));
      patchMethod(prototype, 'request', this, (original) => this._known(original));
      patchMethod(prototype, 'retryRequest', this, (original) => this._reported(original, (call) => call.onRetry()));
      patchMethod(prototype, 'get', this, (original) => this._reported(original, (call) => call.onPoll()));
      watchBodies(prototype, this);
      patchChatLoops(client, this, () => this._toolsUnderWay());

      const shared = outcomes.filter(({ sharedWithOthers }) => sharedWithOthers).map(({ name }) => name);
      if (shared.length > 0) this._warnOnce(patchedTwice(origin, shared), 'patched twice');
      if (outcomes.some(({ tookOver }) => tookOver)) this._warnOnce(TOOK_OVER);
    });
  }

  /** @returns whether there is a class that talks over a WebSocket: the target itself, or among what it exports */
  private _patchSockets(target: unknown): boolean {
    const found = attempt(this._diag, () => {
      const classes = typeof target === 'function' ? [target] : Object.values(fieldsOf(target));
      const prototypes = classes.map((value) => fieldsOf(value).prototype);
      return prototypes.filter((prototype) => this._patchSocketClass(prototype)).length > 0;
    });
    return found ?? false;
  }

  private _patchSocketClass(prototype: unknown): boolean {
    const api = socketApiOf(prototype);
    const owner = ownerOf(prototype, 'send');
    if (!api || !owner) return false;
    const { tookOver } = patchMethod(owner, 'send', this, watchSend);
    if (tookOver) this._warnOnce(TOOK_OVER);
    patchMethod(owner, 'sendResponseCreate', this, watchSend);
    watchSocketClass(owner, this, (session) => this._beginSession(api, session));
    return true;
  }

  /**
   * The voice sessions of the Agents SDK: they have a transport of their own, and do not use `openai`.
   *
   * @returns whether the module has that transport
   */
  private _patchAgentsTransport(moduleExports: unknown): boolean {
    const patched = attempt(this._diag, () => {
      const { OpenAIRealtimeBase, OpenAIRealtimeWebSocket } = fieldsOf(moduleExports);
      const { prototype } = fieldsOf(OpenAIRealtimeBase);
      if (!isObject(prototype)) return false;
      patchMethod(fieldsOf(OpenAIRealtimeWebSocket).prototype, 'sendEvent', this, watchAgentsSend);
      watchAgentsTransport(prototype, this, (socket) => this._beginSession(realtime, socket));
      return true;
    });
    return patched ?? false;
  }

  private _beginSession(api: SocketApi, owner: object): Session | undefined {
    if (!this.isEnabled()) return undefined;
    MissedRequests.ofProcess().stop();
    this._sessions ??= new Sessions(this._callsUnderWay(), this._sink());
    return this._sessions.begin(api, owner);
  }

  private _traced(operation: Operation, original: Method): Replacement {
    return (resource, args) => {
      if (!this._calls) this._onFirstCall(resource);
      return this._callsUnderWay().trace(operation, original, resource, args);
    };
  }

  /** `client.post('/chat/completions', { body })`, for applications that do not use the resources. */
  private _tracedByPath(original: Method): Replacement {
    return (client, args) => {
      const operation = this._calls?.isInMethod ? undefined : operationOfPath(args[0]);
      if (!operation) return original.apply(client, args);
      if (!this._calls) this._onFirstCall(client);
      return this._callsUnderWay().trace(operation, original, client, args, [fieldsOf(args[1]).body]);
    };
  }

  private _onFirstCall(resource: object): void {
    MissedRequests.ofProcess().stop();
    const { _client: client } = fieldsOf(resource);
    // Patch again, to find out whether another instrumentation has patched the class since.
    if (clientClass(client)) this._patch(client, 'openai');
  }

  /** Marks the requests of a patched client, so that `client.request({ … })` is not taken for a call that was missed. */
  private _known(original: Method): Replacement {
    return (client, args) => {
      if (!MissedRequests.ofProcess().isWatching) return original.apply(client, args);
      const marked = currentContext().setValue(PATCHED_CLIENT, true);
      return runIn(marked, () => {
        // Without a context manager there is no OpenTelemetry SDK, and the mark is lost.
        if (currentContext().getValue(PATCHED_CLIENT) !== true) MissedRequests.ofProcess().stop();
        return original.apply(client, args);
      });
    };
  }

  /** Reports each call of a method of the client to the traced call that makes it. */
  private _reported(original: Method, report: (call: CallHandle) => void): Replacement {
    return (client, args) => {
      const call = CallHandle.current();
      if (call) report(call);
      return original.apply(client, args);
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

/** The client class, given the class, a module that exports it, or an instance of it. `client.js` has no default export. */
function clientClass(target: unknown): unknown {
  const fields = fieldsOf(target);
  const likely = [fields.OpenAI, fields.default, target, fields.constructor].find(isClientClass);
  return likely ?? Object.values(fields).find(isClientClass);
}

/** Before 4.19, resources bind the methods of their client instead of keeping it, and cannot be created without them. */
function isClientClass(value: unknown): boolean {
  const { Chat } = fieldsOf(value);
  const { Completions: resource = Chat } = fieldsOf(Chat);
  if (typeof value !== 'function' || typeof resource !== 'function') return false;
  try {
    const client = {};
    return fieldsOf(Reflect.construct(resource, [client]))._client === client;
  } catch {
    return false;
  }
}

/** The prototype of a resource class, found by its path of static properties from the client class. */
function resourcePrototype(client: unknown, path: string): unknown {
  return fieldsOf(path.split('.').reduce((at, key) => fieldsOf(at)[key], client)).prototype;
}
