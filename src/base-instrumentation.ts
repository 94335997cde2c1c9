import { type MeterProvider, metrics, type TracerProvider, trace } from '@opentelemetry/api';
import {
  InstrumentationBase,
  type InstrumentationConfig,
  type InstrumentationNodeModuleDefinition,
} from '@opentelemetry/instrumentation';
import { BufferedLogger } from './buffered-logger.js';
import { readEnabled } from './config.js';
import { attempt, guardLogger } from './guard.js';
import type { Logger, TelemetrySink } from './telemetry/sink.js';
import { PACKAGE_VERSION } from './version.js';

/** What both instrumentations share: checked options, warnings that are logged once, and access to OpenTelemetry. */
export abstract class BaseInstrumentation<
  Config extends InstrumentationConfig,
  Settings,
> extends InstrumentationBase<Config> {
  // No initialisers in this class: they would run after the base constructor, which already patches.
  declare private _buffer: BufferedLogger | undefined;
  declare private _settings: Settings | undefined;
  declare private _warned: Set<string> | undefined;
  /** Set by an SDK that registers this instrumentation, as `NodeSDK` does. */
  declare private _hasOwnProviders: boolean | undefined;
  declare private _globalTracerProvider: TracerProvider | undefined;
  declare private _globalMeterProvider: MeterProvider | undefined;

  constructor(name: string, config: Config) {
    super(name, PACKAGE_VERSION, { ...config, enabled: readEnabled(config, process.env) });
    // Invalid options produce their warnings now, not with the first call.
    this._checkedSettings();
  }

  override setConfig(config: Config): void {
    super.setConfig(config);
    this._settings = undefined;
  }

  /** The OpenTelemetry SDK calls this when it starts, so there is a diagnostic logger if there will be one. */
  override setTracerProvider(provider: TracerProvider): void {
    super.setTracerProvider(provider);
    this._hasOwnProviders = true;
    this._flushWarnings();
  }

  override setMeterProvider(provider: MeterProvider): void {
    super.setMeterProvider(provider);
    this._hasOwnProviders = true;
  }

  /**
   * Uses the global providers, if no SDK gave us any. An SDK can register them after this instrumentation was created, and
   * through another copy of the API, which our tracer does not see.
   */
  protected _followGlobalProviders(): void {
    if (this._hasOwnProviders) return;
    const tracerProvider = trace.getTracerProvider();
    if (tracerProvider !== this._globalTracerProvider) super.setTracerProvider(tracerProvider);
    this._globalTracerProvider = tracerProvider;
    const meterProvider = metrics.getMeterProvider();
    if (meterProvider !== this._globalMeterProvider) super.setMeterProvider(meterProvider);
    this._globalMeterProvider = meterProvider;
  }

  /** `getModuleDefinitions()` calls it too. */
  protected override init(): InstrumentationNodeModuleDefinition[] {
    if (!this._buffer) {
      this._buffer = new BufferedLogger(this._diag);
      this._diag = guardLogger(this._buffer);
    }
    return this._moduleDefinitions();
  }

  protected abstract _moduleDefinitions(): InstrumentationNodeModuleDefinition[];

  protected abstract _readConfig(): Settings;

  /** Called with the first traced call. The providers and the options can change at any time after it. */
  protected _sink(): TelemetrySink<Settings> {
    this._flushWarnings();
    const instrumentation = this;
    return {
      diag: this._diag,
      get tracer() {
        return instrumentation.tracer;
      },
      get logger() {
        return instrumentation.logger as Logger;
      },
      get settings() {
        return instrumentation._checkedSettings();
      },
    };
  }

  protected _checkedSettings(): Settings {
    this._settings ??= this._readConfig();
    return this._settings;
  }

  private _flushWarnings(): void {
    attempt(this._diag, () => this._buffer?.flush());
  }

  /** @param key warn once per key; defaults to the message */
  protected _warnOnce(message: string, key = message): void {
    this._warned ??= new Set();
    if (this._warned.has(key)) return;
    this._warned.add(key);
    this._diag.warn(message);
  }
}
