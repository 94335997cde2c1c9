/** The diagnostics channel on which the end of the process is announced: open spans end now, or they are lost. */
export const LAST_CHANCE = 'opentelemetry-instrumentation-openai.last-chance';
