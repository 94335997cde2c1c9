import { createRequire } from 'node:module';
import path from 'node:path';
import { TreeSpanExporter } from '../console/tree-span-exporter.js';
import { fieldsOf } from '../read.js';
import { PACKAGE_NAME } from '../version.js';
import { hasSdk } from './missing-sdk.js';

const CONSOLE = 'OTEL_INSTRUMENTATION_OPENAI_CONSOLE';

type ReadableSpan = Parameters<TreeSpanExporter['export']>[0][number];

/**
 * Starts the application's own `@opentelemetry/sdk-node` (2.x or 3.x) with an exporter that draws each trace in the terminal.
 * Nothing is sent anywhere.
 */
export function startConsoleSdk(): void {
  if (hasSdk()) {
    warn(
      `${CONSOLE} has no effect, because an OpenTelemetry SDK is registered; add new TreeSpanExporter() to its span processors`,
    );
    return;
  }
  const { NodeSDK } = fieldsOf(requireFromApplication('@opentelemetry/sdk-node'));
  if (typeof NodeSDK !== 'function') {
    warn(`${CONSOLE} needs @opentelemetry/sdk-node: npm install @opentelemetry/sdk-node`);
    return;
  }
  const exporter = new TreeSpanExporter();
  const spanProcessor = {
    onStart() {},
    onEnd(span: ReadableSpan) {
      exporter.export([span], () => {});
    },
    forceFlush: () => exporter.forceFlush(),
    shutdown: () => exporter.shutdown(),
  };
  // Empty lists, because the SDK otherwise sends metrics and logs to a collector.
  Reflect.construct(NodeSDK, [
    { spanProcessors: [spanProcessor], metricReaders: [], logRecordProcessors: [], instrumentations: [] },
  ]).start();
  // Prints the remaining traces synchronously, however the process ends.
  process.once('exit', () => void exporter.forceFlush());
}

/** Resolves from the application's main file first, because the working directory can be another folder. */
function requireFromApplication(name: string): unknown {
  for (const from of [process.argv[1], path.join(process.cwd(), 'package.json')]) {
    try {
      if (from) return createRequire(path.resolve(from))(name);
    } catch {
      // Try the next folder.
    }
  }
  return undefined;
}

function warn(message: string): void {
  process.emitWarning(message, { type: PACKAGE_NAME });
}
