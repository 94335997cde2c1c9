import { difference } from './verdict.mjs';

/** @import { Launch, Outcome } from './run-app.mjs' */

/**
 * An SDK of another provider, and the oldest and newest version that is tested.
 *
 * @typedef {object} OtherSdk
 * @property {string} name
 * @property {string} provider `gen_ai.provider.name`
 * @property {string[]} versions
 * @property {boolean} [esmOnly] The newest version has no CommonJS form.
 */

/** @typedef {'cjs' | 'auto'} Start */

/** @type {OtherSdk[]} */
export const otherSdks = [
  { name: 'groq-sdk', provider: 'groq', versions: ['0.2.0', '1.6.0'] },
  { name: '@cerebras/cerebras_cloud_sdk', provider: 'cerebras', versions: ['1.3.0', '1.91.0'] },
  { name: 'together-ai', provider: 'together_ai', versions: ['0.6.0', '0.52.0'] },
  { name: '@perplexity-ai/perplexity_ai', provider: 'perplexity', versions: ['0.12.0', '0.38.5'], esmOnly: true },
  { name: 'sambanova', provider: 'sambanova', versions: ['1.3.1', '1.4.0'] },
];

/**
 * How the application is started. `/auto` traces all SDKs; the option is needed otherwise.
 *
 * @type {Record<Start, { app: string, telemetry: string[], env: (sdk: OtherSdk) => Record<string, string> }>}
 */
export const startedBy = {
  cjs: {
    app: 'other-sdk.cjs',
    telemetry: ['--require', './telemetry.cjs'],
    env: ({ name }) => ({ OTEL_INSTRUMENTATION_OPENAI_PACKAGES: `openai, ${name}` }),
  },
  auto: {
    app: 'other-sdk.mjs',
    telemetry: ['--import', './telemetry-sdk.mjs', '--import', 'opentelemetry-instrumentation-openai/auto'],
    env: () => ({ OTEL_INSTRUMENTATION_OPENAI_INSPECT_STREAMS: 'true' }),
  },
};

/**
 * The bare and the traced run of the application.
 *
 * @param {OtherSdk} sdk
 * @param {Start} start
 * @param {Pick<Launch, 'node' | 'home'>} where
 * @returns {Launch[]}
 */
export function launches(sdk, start, where) {
  const { app, telemetry, env } = startedBy[start];
  const base = { OTHER_SDK: sdk.name };
  return [
    { ...where, env: base, args: [app] },
    { ...where, env: { ...base, ...env(sdk) }, args: [...telemetry, app] },
  ];
}

/**
 * @param {OtherSdk} sdk
 * @param {string} version
 * @returns {Start[]}
 */
export function starts({ versions, esmOnly }, version) {
  return esmOnly && version === versions.at(-1) ? ['auto'] : ['cjs', 'auto'];
}

const CHAT = 'chat gpt-4o-mini';

/** Old SDKs do not tell the fake API how often they have tried, so all their tries fail. */
const FLAKY_FAILS = /^flaky rejected RateLimitError/m;

/** The spans of `other-sdk-exercise.cjs`, in order: name, error type, end of the stream, retries. */
const SPANS = [
  [CHAT],
  [CHAT],
  [CHAT],
  [CHAT, undefined, 'completed'],
  [CHAT, undefined, 'cancelled'],
  [CHAT, undefined, 'aborted'],
  [CHAT, 'APIUserAbortError'],
  ['chat gpt-overloaded', 'InternalServerError', undefined, 1],
  ['chat gpt-flaky', undefined, undefined, 2],
  ['chat gpt-overloaded', 'InternalServerError', 'failed'],
];

/**
 * What is wrong with the traced run.
 *
 * @param {OtherSdk} sdk
 * @param {Outcome} bare
 * @param {Outcome} traced
 * @returns {string | undefined}
 */
export function otherSdkFault({ provider }, bare, traced) {
  if (!bare.shown.startsWith('exit 0\n'))
    return `the application does not run without telemetry: ${bare.shown.slice(0, 500)}`;
  if (traced.shown !== bare.shown)
    return `the application shows something else: ${difference(bare.shown, traced.shown)}`;
  const spans = [...traced.spans]
    .sort((one, other) => Number(one.startTimeUnixNano - other.startTimeUnixNano))
    .map(({ name, attributes }) => [
      attributes['gen_ai.provider.name'],
      name,
      attributes['error.type'],
      attributes['llm.stream.end_reason'],
      attributes['http.request.resend_count'],
    ]);
  const expected = SPANS.map(([name, error, end, retries]) => {
    const fails = name === 'chat gpt-flaky' && FLAKY_FAILS.test(bare.shown);
    return [provider, name, fails ? 'RateLimitError' : error, end, retries];
  });
  const wrong = expected.findIndex((span, index) => JSON.stringify(span) !== JSON.stringify(spans[index]));
  if (wrong !== -1) return `span ${wrong} is ${JSON.stringify(spans[wrong])}`;
  return spans.length === expected.length ? undefined : `${spans.length} spans`;
}
