import { describe, expect, it } from 'vitest';
import { type OpenAIInstrumentationConfig, readConfig } from '../src/config.js';

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
  captureMessageContent: 'none',
  contentHook: undefined,
  maxContentLength: 8192,
  captureMedia: false,
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
      captureMessageContent: 'span_and_event',
      contentHook: hook,
      maxContentLength: 0,
      captureMedia: true,
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
      'option contentHook must be a function; ignoring it',
      'option maxContentLength must be an integer of 0 or more; using 8192',
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
});
