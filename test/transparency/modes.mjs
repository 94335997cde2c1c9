/**
 * The modes in which cases run. `bare` has no OpenTelemetry. The instrumented modes have a NodeSDK with all three signals
 * and a context manager, like a service. Any other mode is the name of a fault (see faults.mjs).
 */

import { createRequire } from 'node:module';
import { FAULTS } from './faults.mjs';
import { Recorder } from './recorder.mjs';

const require = createRequire(import.meta.url);

/** The instrumentation's options by mode. */
const CONFIGS = {
  instrumented: {},
  // All options on: every parameter, body and chunk is read, and the application must not notice.
  inspecting: { captureMessageContent: 'span_and_event', inspectStreams: true },
};

/**
 * @typedef {object} Telemetry
 * @property {Recorder} spans
 * @property {() => string[]} takeDiag diagnostic lines since the last call
 */

/** @typedef {typeof import('openai')} OpenAIModule */

/**
 * Loads the SDK for a mode.
 * @param {string} mode
 * @param {NodeJS.Require} requireSdk
 * @returns {{ sdk: OpenAIModule, telemetry: Telemetry | undefined }}
 */
export function load(mode, requireSdk) {
  const telemetry = mode in CONFIGS ? startTelemetry(CONFIGS[/** @type {keyof typeof CONFIGS} */ (mode)]) : undefined;
  /** @type {OpenAIModule} */
  const sdk = requireSdk('openai');
  if (mode !== 'bare' && !telemetry) breakOnPurpose(mode, sdk);
  return { sdk, telemetry };
}

/**
 * @param {object} config
 * @returns {Telemetry}
 */
function startTelemetry(config) {
  /** @type {typeof import('@opentelemetry/api')} */
  const { diag, DiagLogLevel } = require('@opentelemetry/api');
  const { NodeSDK, logs, metrics } = require('@opentelemetry/sdk-node');
  const { OpenAIInstrumentation } = require('../../dist/index.cjs');

  const spans = new Recorder();
  const complaints = listenTo(diag, DiagLogLevel.WARN);
  const exporter = new metrics.InMemoryMetricExporter(metrics.AggregationTemporality.CUMULATIVE);
  const sdk = new NodeSDK({
    autoDetectResources: false,
    instrumentations: [new OpenAIInstrumentation(config)],
    logRecordProcessors: [new logs.SimpleLogRecordProcessor({ exporter: new logs.InMemoryLogRecordExporter() })],
    metricReaders: [new metrics.PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 })],
    spanProcessors: [spans],
  });
  sdk.start();
  return { spans, takeDiag: complaints };
}

/**
 * @param {import('@opentelemetry/api').DiagAPI} diag
 * @param {import('@opentelemetry/api').DiagLogLevel} level
 */
function listenTo(diag, level) {
  /** @type {string[]} */
  let lines = [];
  /** @param {...unknown} args */
  const note = (...args) => void lines.push(args.map(String).join(' '));
  const ignore = () => {};
  diag.setLogger({ error: note, warn: note, info: ignore, debug: ignore, verbose: ignore }, level);
  return () => {
    const taken = lines;
    lines = [];
    return taken;
  };
}

/**
 * @param {string} mode
 * @param {OpenAIModule} sdk
 */
function breakOnPurpose(mode, sdk) {
  const fault = FAULTS[mode];
  if (!fault) throw new Error(`Unknown mode "${mode}"; there are bare, instrumented, inspecting and the faults.`);
  const prototype = sdk.OpenAI.Chat.Completions.prototype;
  const create = prototype.create;
  Object.assign(prototype, {
    /** @param {[never, never]} args */
    create(...args) {
      /** @type {unknown} */
      const promise = create.apply(this, args);
      return fault(/** @type {import('./faults.mjs').Returned} */ (promise));
    },
  });
}
