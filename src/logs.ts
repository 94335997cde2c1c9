import { fieldsOf } from './read.js';

/**
 * The global providers of log records, none or one as a rule. They are looked up by their keys because the package of the logs
 * API differs: `@opentelemetry/api-logs`, or `@opentelemetry/api` from 1.10 on.
 */
export function globalLoggerProviders(): unknown[] {
  const { logs } = fieldsOf(Reflect.get(globalThis, Symbol.for('opentelemetry.js.api.1')));
  const logsOfVersion = Reflect.get(globalThis, Symbol.for('io.opentelemetry.js.api.logs'));
  const older: unknown = typeof logsOfVersion === 'function' ? logsOfVersion(1) : undefined;
  return [logs, older].filter((provider) => provider !== undefined);
}
