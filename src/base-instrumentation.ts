import { createNoopMeter, type MeterProvider, metrics, type TracerProvider, trace } from '@opentelemetry/api';
import {
  InstrumentationBase,
  type InstrumentationConfig,
  type InstrumentationNodeModuleDefinition,
} from '@opentelemetry/instrumentation';
import { type MetricsSettings, readEnabled } from './config.js';
import { attempt, guardLogger } from './guard.js';
import { Metrics } from './telemetry/metrics.js';
import type { Logger, TelemetrySink } from './telemetry/sink.js';
import { PACKAGE_VERSION } from './version.js';

/** What the instrumentations of this package have in common: checked options, warnings said once, a way out for telemetry. */
export abstract class BaseInstrumentation<
  Config extends InstrumentationConfig,
  Settings extends MetricsSettings,
> extends InstrumentationBase<Config> {
  // No initialisers in this class: they would run after the base constructor, which already patches.
  declare private _settings: Settings | undefined;
  declare private _metrics: Metrics | undefined;
  declare private _warned: Set<string> | undefined;
  /** Set by an SDK that registers this instrumentation, as `NodeSDK` does. */
  declare private _hasOwnProviders: boolean | undefined;
  declare private _globalTracerProvider: TracerProvider | undefined;
  declare private _globalMeterProvider: MeterProvider | undefined;

  constructor(name: string, config: Config) {
    super(name, PACKAGE_VERSION, { ...config, enabled: readEnabled(config, process.env) });
    // So that what is wrong with them is said at the start.
    this._checkedSettings();
  }

  override setConfig(config: Config): void {
    super.setConfig(config);
    this._settings = undefined;
    this._metrics = undefined;
  }

  protected override _updateMetricInstruments(): void {
    this._metrics = undefined;
  }

  override setTracerProvider(provider: TracerProvider): void {
    super.setTracerProvider(provider);
    this._hasOwnProviders = true;
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

  protected override init(): InstrumentationNodeModuleDefinition[] {
    this._diag = guardLogger(this._diag);
    return this._moduleDefinitions();
  }

  protected abstract _moduleDefinitions(): InstrumentationNodeModuleDefinition[];

  protected abstract _readConfig(): Settings;

  /** Providers can be set, and options changed, at any time. */
  protected _sink(): TelemetrySink<Settings> {
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
        return instrumentation._currentMetrics();
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

  /** If the meter throws, metrics are off and spans are still recorded. */
  private _currentMetrics(): Metrics {
    const { metricNames } = this._checkedSettings();
    this._metrics ??=
      attempt(this._diag, () => new Metrics(this.meter, metricNames)) ?? new Metrics(createNoopMeter(), metricNames);
    return this._metrics;
  }

  /** @param key warn once per key; defaults to the message */
  protected _warnOnce(message: string, key = message): void {
    this._warned ??= new Set();
    if (this._warned.has(key)) return;
    this._warned.add(key);
    this._diag.warn(message);
  }
}
