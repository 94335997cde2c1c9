import { fieldsOf } from './read.js';

/**
 * The global logger providers: usually none or one. They are looked up by their keys, because the package of the logs API differs:
 * `@opentelemetry/api-logs`, or `@opentelemetry/api` 1.10 and later.
 */
export function globalLoggerProviders(): unknown[] {
  const { logs } = fieldsOf(Reflect.get(globalThis, Symbol.for('opentelemetry.js.api.1')));
  const logsOfVersion = Reflect.get(globalThis, Symbol.for('io.opentelemetry.js.api.logs'));
  const older: unknown = typeof logsOfVersion === 'function' ? logsOfVersion(1) : undefined;
  return [logs, older].filter((provider) => provider !== undefined);
}
