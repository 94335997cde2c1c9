import { onTestFinished } from 'vitest';
import { logs } from './otel.mjs';

/** As `@opentelemetry/api-logs` registers a provider, which is not among the dependencies. */
const GLOBAL = Symbol.for('io.opentelemetry.js.api.logs');

/** Registers a global logger provider until the test ends. @returns the records so far */
export function useGlobalLogs() {
  const exporter = new logs.InMemoryLogRecordExporter();
  const provider = new logs.LoggerProvider({ processors: [new logs.SimpleLogRecordProcessor({ exporter })] });
  Object.defineProperty(globalThis, GLOBAL, { value: () => provider, configurable: true });
  onTestFinished(() => {
    Reflect.deleteProperty(globalThis, GLOBAL);
  });
  return () => exporter.getFinishedLogRecords();
}
