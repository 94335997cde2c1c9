import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type OpenAIInstrumentationConfig, optionVariables, readConfig, readEnabled } from '../src/config.js';

const VARIABLE = 'OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT';

/** The settings, and the warnings on the way to them. */
function read(config: unknown, env: NodeJS.ProcessEnv = {}) {
  const warnings: string[] = [];
  const ignore = () => {};
  const diag = {
    error: ignore,
    info: ignore,
    debug: ignore,
    verbose: ignore,
    warn: (text: string) => warnings.push(text),
  };
  return { settings: readConfig(config as OpenAIInstrumentationConfig, env, diag), warnings };
}

const DEFAULTS = {
  packages: ['openai'],
  captureMessageContent: 'none',
  contentHook: undefined,
  maxContentLength: 8192,
  maxTotalContentLength: 262_144,
  captureMedia: false,
  errorMessages: 'auto',
  inspectStreams: false,
  choiceEvents: true,
  chunkMetrics: false,
  metricNames: 'operation',
  providerName: undefined,
  requestHook: undefined,
  responseHook: undefined,
  ignoreRequestHook: undefined,
  requireParentSpan: false,
};

describe('readConfig', () => {
  it.each([{}, { enabled: false }, { captureMedia: undefined }, null, undefined])('%j: the defaults', (config) => {
    expect(read(config)).toEqual({ settings: DEFAULTS, warnings: [] });
  });

  it('takes over what is right', () => {
    const hook = () => undefined;
    const given = {
      packages: ['openai', 'groq-sdk'],
      captureMessageContent: 'span_and_event',
      contentHook: hook,
      maxContentLength: 0,
      maxTotalContentLength: 0,
      captureMedia: true,
      errorMessages: 'none',
      inspectStreams: true,
      choiceEvents: false,
      chunkMetrics: true,
      metricNames: 'inference',
      providerName: hook,
      requestHook: hook,
      responseHook: hook,
      ignoreRequestHook: hook,
      requireParentSpan: true,
    };
    expect(read(given)).toEqual({ settings: given, warnings: [] });
  });

  it('warns of each wrong option by name, and of all unknown ones at once', () => {
    const { settings, warnings } = read({ captureMedia: 'yes', maxContentLength: '9', contentHook: 1, a: 1, b: 2 });
    expect(settings).toEqual(DEFAULTS);
    expect(warnings).toEqual([
      'unknown option: a, b',
      'option contentHook must be a function; recording no content',
      'option maxContentLength must be an integer of 0 or more (did you mean 9?); using 8192',
      'option captureMedia must be true or false; using false',
    ]);
  });

  it('reads the environment only where the option is not set', () => {
    expect(read({}, { [VARIABLE]: 'EVENT_ONLY' }).settings.captureMessageContent).toBe('event');
    expect(read({ captureMessageContent: false }, { [VARIABLE]: 'EVENT_ONLY' }).settings.captureMessageContent).toBe(
      'none',
    );
    expect(read({ captureMessageContent: 'oops' }, { [VARIABLE]: 'EVENT_ONLY' })).toEqual({
      settings: DEFAULTS,
      warnings: [expect.stringContaining('captureMessageContent')],
    });
    expect(read({ captureMessageContent: true }, { [VARIABLE]: 'oops' }).warnings).toEqual([]);
  });

  it('warns of a value of the environment that means nothing', () => {
    expect(read({}, { [VARIABLE]: 'yes' })).toEqual({
      settings: DEFAULTS,
      warnings: [expect.stringContaining(VARIABLE)],
    });
  });

  it('reads each option that is not a hook from a variable', () => {
    const env = {
      [VARIABLE]: 'span_only',
      OTEL_INSTRUMENTATION_OPENAI_MAX_CONTENT_LENGTH: '100',
      OTEL_INSTRUMENTATION_OPENAI_MAX_TOTAL_CONTENT_LENGTH: '1000',
      OTEL_INSTRUMENTATION_OPENAI_CAPTURE_MEDIA: 'TRUE',
      OTEL_INSTRUMENTATION_OPENAI_ERROR_MESSAGES: 'None',
      OTEL_INSTRUMENTATION_OPENAI_INSPECT_STREAMS: ' true ',
      OTEL_INSTRUMENTATION_OPENAI_CHOICE_EVENTS: 'false',
      OTEL_INSTRUMENTATION_OPENAI_CHUNK_METRICS: 'true',
      OTEL_INSTRUMENTATION_OPENAI_METRIC_NAMES: 'inference',
      OTEL_INSTRUMENTATION_OPENAI_PROVIDER_NAME: 'groq',
      OTEL_INSTRUMENTATION_OPENAI_REQUIRE_PARENT_SPAN: 'true',
      OTEL_INSTRUMENTATION_OPENAI_PACKAGES: 'openai, groq-sdk',
    };
    const expected = {
      ...DEFAULTS,
      captureMessageContent: 'span',
      maxContentLength: 100,
      maxTotalContentLength: 1000,
      captureMedia: true,
      errorMessages: 'none',
      inspectStreams: true,
      choiceEvents: false,
      chunkMetrics: true,
      metricNames: 'inference',
      providerName: 'groq',
      requireParentSpan: true,
      packages: ['openai', 'groq-sdk'],
    };
    expect(read({}, env)).toEqual({ settings: expected, warnings: [] });
    expect(read({ maxContentLength: 7 }, env).settings.maxContentLength).toBe(7);
    const variables = Object.values(optionVariables()).filter((name) => name !== undefined);
    expect(variables.sort()).toEqual([...Object.keys(env), 'OTEL_INSTRUMENTATION_OPENAI_ENABLED'].sort());
  });

  it('checks the names of packages', () => {
    const names =
      'openai, groq-sdk, @cerebras/cerebras_cloud_sdk, together-ai, @perplexity-ai/perplexity_ai, sambanova';
    expect(read({ packages: ['openai', 'groq'] })).toEqual({
      settings: DEFAULTS,
      warnings: [`option packages must be a list of SDKs out of ${names}; using openai`],
    });
    expect(read({ packages: 'groq-sdk' }).warnings).toEqual([expect.stringContaining("did you mean [ 'groq-sdk' ]?")]);
    expect(read({ packages: [] })).toEqual({ settings: { ...DEFAULTS, packages: [] }, warnings: [] });
  });

  it('warns of an invalid variable, and ignores an empty one', () => {
    const env = {
      OTEL_INSTRUMENTATION_OPENAI_INSPECT_STREAMS: 'yes',
      OTEL_INSTRUMENTATION_OPENAI_MAX_CONTENT_LENGTH: '1k',
      OTEL_INSTRUMENTATION_OPENAI_METRIC_NAMES: '',
      OTEL_INSTRUMENTATION_OPENAI_ENABLED: '0',
    };
    expect(read({}, env)).toEqual({
      settings: DEFAULTS,
      warnings: [
        'OTEL_INSTRUMENTATION_OPENAI_MAX_CONTENT_LENGTH must be an integer of 0 or more; using 8192',
        'OTEL_INSTRUMENTATION_OPENAI_INSPECT_STREAMS must be true or false; using false',
      ],
    });
  });

  it.each([
    ['SPAN_ONLY', "'span'"],
    ['NO_CONTENT', "'none'"],
    ['true', "'span'"],
  ])('names the right spelling of captureMessageContent: %s', (value, right) => {
    expect(read({ captureMessageContent: value }).warnings).toEqual([
      expect.stringContaining(`did you mean ${right}?`),
    ]);
  });

  it.each([null, 'redact', { default: () => undefined }])('records no content if contentHook is %j', (contentHook) => {
    expect(read({ captureMessageContent: true, contentHook }).settings.captureMessageContent).toBe('none');
  });

  it('reads enabled', () => {
    const variable = 'OTEL_INSTRUMENTATION_OPENAI_ENABLED';
    expect(readEnabled({}, {})).toBe(true);
    expect(readEnabled({}, { [variable]: 'false' })).toBe(false);
    expect(readEnabled({ enabled: true }, { [variable]: 'false' })).toBe(true);
    const warnings: string[] = [];
    const diag = { warn: (text: string) => warnings.push(text) } as never;
    expect(readEnabled({ enabled: 'false' }, {}, diag)).toBe(true);
    expect(readEnabled({}, { [variable]: '0' }, diag)).toBe(true);
    expect(warnings).toEqual([
      'option enabled must be true or false (did you mean false?); using true',
      `${variable} must be true or false; using true`,
    ]);
  });
});

describe('the table of options in README.md', () => {
  const rows = readFileSync(new URL('../README.md', import.meta.url), 'utf8').match(/^\| `\w+` .*$/gm) ?? [];
  it.each(Object.entries(optionVariables()))('has %s', (option, variable) => {
    const row = rows.find((line) => line.startsWith(`| \`${option}\` `));
    expect(row).toBeDefined();
    const short = variable?.replace('OTEL_INSTRUMENTATION_OPENAI_', '…_');
    if (short) expect(row).toContain(`\`${short}\``);
  });
});
