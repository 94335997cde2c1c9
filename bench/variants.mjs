import { metrics as globalMetrics, ProxyTracerProvider } from '@opentelemetry/api';
import { App, AppWithFullSpans, AppWithFullSpansAndMetrics, AppWithSpans } from './app.mjs';
import { freshPackage, freshSdk, OURS, oursKnows, require } from './modules.mjs';
import { metering, tracing } from './telemetry.mjs';

/** @import { Sdk } from './modules.mjs' */
/** @import { Ended } from './telemetry.mjs' */

/**
 * @typedef {object} Started
 * @property {(client: import('openai').OpenAI) => App} app the application that is measured
 * @property {Ended} [ended]
 * @property {ReturnType<typeof freshSdk>} [own] its copy of the SDK, if it could not take the one it was given
 */

/**
 * One way to run the same calls.
 *
 * @typedef {object} Variant
 * @property {string} name
 * @property {'baseline' | 'ours' | 'peer'} kind
 * @property {string} [needs] A word that the built package must know.
 * @property {() => any} [load] Loads its package, before any instrumentation hooks `require`.
 * @property {(copy: ReturnType<typeof freshSdk>, loaded: any) => Started} start
 */

/** @type {(client: import('openai').OpenAI) => App} */
const plain = (client) => new App(client);

/** @type {readonly Variant[]} */
const all = [
  { name: 'bare', kind: 'baseline', start: () => ({ app: plain }) },
  { name: 'bare again', kind: 'baseline', start: () => ({ app: plain }) },
  {
    name: 'by hand',
    kind: 'baseline',
    start() {
      const { provider, ended } = tracing();
      return { app: (client) => new AppWithSpans(client, provider.getTracer('by hand')), ended };
    },
  },
  {
    name: 'by hand, as much as ours',
    kind: 'baseline',
    start() {
      const { provider, ended } = tracing();
      return { app: (client) => new AppWithFullSpans(client, provider.getTracer('by hand')), ended };
    },
  },
  {
    name: 'by hand, as much as ours, metrics on',
    kind: 'baseline',
    start() {
      const { provider, ended } = tracing();
      const meter = metering().getMeter('by hand');
      return {
        app: (client) => new AppWithFullSpansAndMetrics(client, provider.getTracer('by hand'), meter),
        ended,
      };
    },
  },

  ours('ours', {}),
  ours('ours, metrics on', {}, { metrics: true, needs: 'gen_ai.client.operation.duration' }),
  ours('ours, streams inspected', { inspectStreams: true }, { needs: 'inspectStreams' }),
  ours('ours, content on', { captureMessageContent: 'span', inspectStreams: true }, { needs: 'captureMessageContent' }),
  ours('ours, not sampled', {}, { sampled: false }),
  ours('ours, no SDK', {}, { sdk: false }),
  ours('ours, disabled', { enabled: false }),

  peer('@opentelemetry/instrumentation-openai', (instrumentation, { sdk }) => {
    const [definition] = instrumentation.getModuleDefinitions();
    definition.patch(sdk, '6.49.0');
  }),
  peer(
    '@opentelemetry/instrumentation-openai',
    (instrumentation, { sdk }) => {
      const [definition] = instrumentation.getModuleDefinitions();
      definition.patch(sdk, '6.49.0');
    },
    { metrics: true },
  ),
  peer('@traceloop/instrumentation-openai', (instrumentation, { sdk }) => {
    instrumentation.manuallyInstrument(sdk.OpenAI);
  }),
  peer('@arizeai/openinference-instrumentation-openai', (instrumentation, { sdk }) => {
    instrumentation.manuallyInstrument(sdk);
  }),
  {
    name: 'dd-trace',
    kind: 'peer',
    start() {
      // The agent's address and what else to leave out come from the environment, see processes.mjs.
      require('dd-trace').init({ startupLogs: false });
      return { app: plain, own: freshSdk() };
    },
  },
];

/** Those that the built package can run. */
export const variants = all.filter(({ needs }) => !needs || oursKnows(needs));

/**
 * @param {string} name
 * @param {object} config
 * @param {{ sampled?: boolean, sdk?: boolean, metrics?: boolean, needs?: string }} [options]
 * @returns {Variant}
 */
function ours(name, config, { sampled = true, sdk: withSdk = true, metrics = false, needs } = {}) {
  return {
    name,
    kind: 'ours',
    ...(needs ? { needs } : {}),
    load: () => freshPackage(OURS).OpenAIInstrumentation,
    start({ sdk }, Instrumentation) {
      const { provider, ended } = tracing({ sampled });
      const instrumentation = new Instrumentation(config);
      instrumentation.setTracerProvider(withSdk ? provider : new ProxyTracerProvider());
      instrumentation.setMeterProvider(metrics ? metering() : globalMetrics.getMeterProvider());
      instrumentation.manuallyInstrument(sdk);
      return { app: plain, ended };
    },
  };
}

/**
 * @param {string} name its package
 * @param {(instrumentation: any, copy: { sdk: Sdk }) => void} patch
 * @param {{ metrics?: boolean }} [options]
 * @returns {Variant}
 */
function peer(name, patch, { metrics = false } = {}) {
  return {
    name: metrics ? `${name}, metrics on` : name,
    kind: 'peer',
    load: () => freshPackage(name).OpenAIInstrumentation,
    start(copy, Instrumentation) {
      const { provider, ended } = tracing();
      const instrumentation = new Instrumentation();
      instrumentation.setTracerProvider(provider);
      // As `registerInstrumentations` does: without it some record into nothing and fail.
      instrumentation.setMeterProvider(metrics ? metering() : globalMetrics.getMeterProvider());
      patch(instrumentation, copy);
      return { app: plain, ended };
    },
  };
}
