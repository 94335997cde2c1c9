import { existsSync } from 'node:fs';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findCommand, freePorts, run, startProgram } from './program.js';
import { makeScratch } from './scratch.js';

const BUILDER = 'go.opentelemetry.io/collector/cmd/builder@v0.130.0';
const BUILD_TIMEOUT_MS = 1_200_000;

/** A Collector with the transform processor: one that is there, or else one that Go builds into an ignored folder. */
export async function findTransformingCollector(): Promise<string | undefined> {
  const installed = await findCommand('COLLECTOR_BIN', 'otelcol-contrib');
  if (installed) return installed;
  const folder = fileURLToPath(new URL('../../.cache/collector', import.meta.url));
  const built = join(folder, 'build', 'collector');
  if (existsSync(built) || !(await findCommand('', 'go'))) return existsSync(built) ? built : undefined;
  console.warn('\n*** Building a Collector into .cache/collector\n');
  await mkdir(folder, { recursive: true });
  await cp(fileURLToPath(new URL('collector.yaml', import.meta.url)), join(folder, 'collector.yaml'));
  // In the folder: the builder takes paths as relative to where it is started.
  await run('sh', ['-c', 'cd "$0" && go run "$1" --config collector.yaml', folder, BUILDER], BUILD_TIMEOUT_MS);
  return existsSync(built) ? built : undefined;
}

/**
 * A Collector that passes spans on.
 *
 * @param processors YAML with the configuration of `transform`
 * @param target where spans go, over HTTP
 */
export async function startTransform(command: string, processors: string, target: string) {
  const { http } = await freePorts('http');
  const scratch = await makeScratch();
  const endpoint = `127.0.0.1:${http}`;
  const documented = join(scratch.folder, 'documented.yaml');
  await writeFile(documented, processors);
  const pipeline = await scratch.write('pipeline.yaml', {
    receivers: { otlp: { protocols: { http: { endpoint } } } },
    exporters: { otlphttp: { endpoint: target } },
    service: {
      telemetry: { metrics: { level: 'none' } },
      pipelines: { traces: { receivers: ['otlp'], processors: ['transform'], exporters: ['otlphttp'] } },
    },
  });
  const args = ['--config', documented, '--config', pipeline];
  try {
    const { stop } = await startProgram({ command, args, readyUrl: `http://${endpoint}/v1/traces` });
    return { otlp: `http://${endpoint}`, stop: () => stop().then(scratch.remove) };
  } catch (error) {
    await scratch.remove();
    throw error;
  }
}
