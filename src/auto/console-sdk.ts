import { createRequire } from 'node:module';
import path from 'node:path';
import { TreeSpanExporter } from '../console/tree-span-exporter.js';
import { fieldsOf } from '../read.js';
import { PACKAGE_NAME } from '../version.js';

type ReadableSpan = Parameters<TreeSpanExporter['export']>[0][number];

/**
 * Starts the application's own `@opentelemetry/sdk-node` (2.x or 3.x) with an exporter that draws each trace in the terminal.
 * Nothing is sent anywhere.
 */
export function startConsoleSdk(): void {
  const { NodeSDK } = fieldsOf(requireFromApplication('@opentelemetry/sdk-node'));
  if (typeof NodeSDK !== 'function') {
    process.emitWarning(
      'OTEL_INSTRUMENTATION_OPENAI_CONSOLE needs @opentelemetry/sdk-node: npm install @opentelemetry/sdk-node',
      {
        type: PACKAGE_NAME,
      },
    );
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
  // Prints synchronously what is left, whatever ended the process.
  process.once('exit', () => void exporter.forceFlush());
}

function requireFromApplication(name: string): unknown {
  try {
    return createRequire(path.join(process.cwd(), 'package.json'))(name);
  } catch {
    return undefined;
  }
}
