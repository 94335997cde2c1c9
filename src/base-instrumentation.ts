import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { createNoopMeter, type MeterProvider, metrics, type TracerProvider, trace } from '@opentelemetry/api';
import {
  InstrumentationBase,
  type InstrumentationConfig,
  type InstrumentationNodeModuleDefinition,
} from '@opentelemetry/instrumentation';
import { BufferedLogger } from './buffered-logger.js';
import { type MetricsSettings, readEnabled } from './config.js';
import { attempt, guardLogger } from './guard.js';
import { LAST_CHANCE } from './last-chance.js';
import { Metrics } from './telemetry/metrics.js';
import type { Logger, TelemetrySink } from './telemetry/sink.js';
import { PACKAGE_VERSION } from './version.js';

/** What both instrumentations share: checked options, warnings that are logged once, and access to OpenTelemetry. */
export abstract class BaseInstrumentation<
  Config extends InstrumentationConfig,
  Settings extends MetricsSettings,
> extends InstrumentationBase<Config> {
  // No initialisers in this class: they would run after the base constructor, which already patches.
  declare private _buffer: BufferedLogger | undefined;
  declare private _settings: Settings | undefined;
  declare private _metrics: Metrics | undefined;
  declare private _logged: Set<string> | undefined;
  declare private _onLastChance: (() => void) | undefined;
  /** Set by an SDK that registers this instrumentation, as `NodeSDK` does. */
  declare private _hasOwnProviders: boolean | undefined;
  declare private _globalTracerProvider: TracerProvider | undefined;
  declare private _globalMeterProvider: MeterProvider | undefined;

  constructor(name: string, config: Config) {
    super(name, PACKAGE_VERSION, { ...config, enabled: readEnabled(config, process.env) });
    // Invalid options produce their warnings now, not with the first call.
    readEnabled(config, process.env, this._diag);
    this._checkedSettings();
  }

  override enable(): void {
    super.enable();
    this._onLastChance ??= () => this._endOpenSpans();
    unsubscribe(LAST_CHANCE, this._onLastChance);
    subscribe(LAST_CHANCE, this._onLastChance);
  }

  /** Stops tracing. Open spans end now. The calls themselves go on. */
  override disable(): void {
    super.disable();
    if (this._onLastChance) unsubscribe(LAST_CHANCE, this._onLastChance);
    this._endOpenSpans();
  }

  /** Ends all open spans, because their ends will not be observed. */
  protected abstract _endOpenSpans(): void;

  override setConfig(config: Config): void {
    super.setConfig(config);
    this._settings = undefined;
    this._metrics = undefined;
  }

  protected override _updateMetricInstruments(): void {
    this._metrics = undefined;
  }

  /** The OpenTelemetry SDK calls this when it starts. Its diagnostic logger, if any, is set by then. */
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
   * Uses the global providers if no SDK has passed its own. They can be registered after this instrumentation was created, and through
   * another copy of the API, which the tracer of the base class does not see.
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
      logOnce: (level, message) => this._logOnce(level, message),
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

  private _currentMetrics(): Metrics {
    this._metrics ??= this._newMetrics(this._checkedSettings());
    return this._metrics;
  }

  /** If the meter throws, metrics are off and spans are still recorded. */
  private _newMetrics({ metricNames }: MetricsSettings): Metrics {
    return (
      attempt(this._diag, () => new Metrics(this.meter, metricNames)) ?? new Metrics(createNoopMeter(), metricNames)
    );
  }

  private _flushWarnings(): void {
    attempt(this._diag, () => this._buffer?.flush());
  }

  /** @param key warn once per key; defaults to the message */
  protected _warnOnce(message: string, key = message): void {
    this._logOnce('warn', message, key);
  }

  private _logOnce(level: 'info' | 'warn', message: string, key = message): void {
    this._logged ??= new Set();
    if (this._logged.has(key)) return;
    this._logged.add(key);
    this._diag[level](message);
  }
}
