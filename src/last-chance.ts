/** A message on this diagnostics channel announces the end of the process. Instrumentations then end their open spans. */
export const LAST_CHANCE = 'opentelemetry-instrumentation-openai.last-chance';
